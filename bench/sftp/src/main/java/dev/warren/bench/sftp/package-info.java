/** A load generator for SFTP servers, with a fixed number of requests in flight. */
package dev.warren.bench.sftp;
