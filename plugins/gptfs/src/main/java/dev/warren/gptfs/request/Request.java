package dev.warren.gptfs.request;

import org.jspecify.annotations.Nullable;

/**
 * What one call sends.
 *
 * @param body the bytes that go out
 * @param model the model that the body names; null if it names none
 * @param stream whether the body asks for a stream
 * @param background whether it asks for a response that the service works on in the background
 * @param endpoint the name of the endpoint that is called first
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Request(
    byte[] body, @Nullable String model, boolean stream, boolean background, String endpoint) {}
