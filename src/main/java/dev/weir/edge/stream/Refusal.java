package dev.weir.edge.stream;

import io.netty.handler.codec.http.HttpResponseStatus;

/** A request that is refused for its head alone. Without a stack trace: it is an answer, not a fault. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient HttpResponseStatus status;

    Refusal(HttpResponseStatus status, String detail) {
        super(detail, null, false, false);
        this.status = status;
    }

    HttpResponseStatus status() {
        return status;
    }
}
