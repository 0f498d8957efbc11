package dev.warren.sftp;

import org.junit.jupiter.api.Tag;

/** The contract over memfs: only what version 3 cannot express is lost. */
@Tag("slow")
class MemfsOverSftpTest extends OverSftp {}
