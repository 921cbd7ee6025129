package dev.weir.wire.sigv4;

/** What a verifier found. */
public sealed interface Verdict {
    /** Signed by the holder of this key. */
    record Accepted(String accessKeyId) implements Verdict {}

    /** Not accepted; the message is fit for the caller and holds neither key nor signature. */
    record Refused(Reason reason, String message) implements Verdict {}

    /** Why, under the names that AWS puts into {@code x-amzn-ErrorType}. */
    enum Reason {
        MISSING("MissingAuthenticationTokenException"), INCOMPLETE("IncompleteSignatureException"), UNKNOWN_KEY(
                "UnrecognizedClientException"), MISMATCH("InvalidSignatureException"), OUT_OF_TIME(
                        "InvalidSignatureException"), EXPIRED(
                                "ExpiredTokenException"), NOT_ALLOWED("AccessDeniedException");

        private final String errorName;

        Reason(String errorName) {
            this.errorName = errorName;
        }

        public String errorName() {
            return errorName;
        }
    }
}
