package dev.warren.sftp;

import org.junit.jupiter.api.Tag;

/** The contract over memfs: nothing is lost but what version 3 cannot say. */
@Tag("slow")
class MemfsOverSftpTest extends OverSftp {}
