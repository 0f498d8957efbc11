package dev.warren.gptfs.request;

import org.jspecify.annotations.Nullable;

/**
 * What one call sends.
 *
 * @param body the bytes that go out
 * @param model the model that they name; null where they name none
 * @param stream whether they ask for a stream
 * @param background whether they ask for a response that the service works on by itself
 * @param endpoint the name of the endpoint they go to first
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Request(
    byte[] body, @Nullable String model, boolean stream, boolean background, String endpoint) {}
