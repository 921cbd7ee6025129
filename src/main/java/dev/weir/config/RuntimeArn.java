package dev.weir.config;

import java.util.Optional;

/**
 * The name of an AgentCore runtime.
 *
 * @param text all of it
 * @param region the one in it
 */
public record RuntimeArn(String text, String region) {
    private static final int PARTS = 6;

    /** Empty if {@code text} is not a valid runtime ARN: {@code arn:PARTITION:bedrock-agentcore:REGION:ACCOUNT:runtime/ID}. */
    public static Optional<RuntimeArn> parse(String text) {
        String[] parts = text.split(":", PARTS);
        boolean valid = parts.length == PARTS && parts[0].equals("arn") && parts[2].equals("bedrock-agentcore")
                && parts[3].matches("[a-z0-9-]+") && parts[5].matches("runtime/[!-~]+");
        return valid ? Optional.of(new RuntimeArn(text, parts[3])) : Optional.empty();
    }
}
