package dev.warren.ninep.server;

import dev.warren.api.MemoryBudget.Account;
import dev.warren.frontend.SharedFileSystem;
import dev.warren.ninep.auth.AttachPolicy;
import dev.warren.ninep.session.SessionLimits;
import java.util.concurrent.Executor;

/**
 * The server's objects that a connection uses.
 *
 * @param exported the tree that the connection serves
 * @param policy decides which clients may attach
 * @param registry the server's records of connections
 * @param limits limits of one session
 * @param account the connection's share of the host's memory budget; closed with the connection
 * @param workers runs blocking work
 * @param identities runs the identification of clients
 * @param quickAck makes the kernel acknowledge received data without delay
 */
record Service(
    SharedFileSystem exported,
    AttachPolicy policy,
    ConnectionRegistry registry,
    SessionLimits limits,
    Account account,
    Executor workers,
    Executor identities,
    Runnable quickAck) {}
