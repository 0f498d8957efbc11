package dev.warren.ninep;

import org.junit.jupiter.api.Tag;

/** The contract of file systems, for memfs as a 9P client sees it. */
@Tag("slow")
class MemoryThroughNinepTest extends ThroughNinep {}
