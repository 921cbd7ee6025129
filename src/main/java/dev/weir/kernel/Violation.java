package dev.weir.kernel;

/** One broken rule: a JSON Pointer (RFC 6901) to where, and what is wrong there; never the offending value. */
public record Violation(String pointer, String message) {}
