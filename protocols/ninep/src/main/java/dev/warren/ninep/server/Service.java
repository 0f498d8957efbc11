package dev.warren.ninep.server;

import dev.warren.api.MemoryBudget.Account;
import dev.warren.frontend.SharedFileSystem;
import dev.warren.ninep.auth.Gate;
import dev.warren.ninep.session.SessionLimits;
import java.util.concurrent.Executor;

/**
 * What a connection gets from the server.
 *
 * @param exported what it serves
 * @param gate decides who attaches
 * @param door the way in
 * @param limits what one session may take
 * @param account what the connection holds of the host's memory, which is closed with it
 * @param workers runs what may wait
 * @param identities runs what finds out who attaches
 * @param quickAck makes the kernel acknowledge what was received without delay
 */
record Service(
    SharedFileSystem exported,
    Gate gate,
    Door door,
    SessionLimits limits,
    Account account,
    Executor workers,
    Executor identities,
    Runnable quickAck) {}
