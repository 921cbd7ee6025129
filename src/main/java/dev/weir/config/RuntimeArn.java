package dev.weir.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an AgentCore runtime.
 *
 * @param text all of it
 * @param region the one in it
 */
public record RuntimeArn(String text, String region) {
    /** An ARN of such, or nothing. */
    static final Pattern FORM = Pattern
            .compile("(arn:[^:\\s]*:bedrock-agentcore:([a-z0-9-]+):[^:\\s]*:runtime/[!-~]+)?");

    /** Empty if {@code text} is not a valid runtime ARN: {@code arn:PARTITION:bedrock-agentcore:REGION:ACCOUNT:runtime/ID}. */
    public static Optional<RuntimeArn> parse(String text) {
        Matcher form = FORM.matcher(text);
        return form.matches() && !text.isEmpty() ? Optional.of(new RuntimeArn(text, form.group(2))) : Optional.empty();
    }
}
