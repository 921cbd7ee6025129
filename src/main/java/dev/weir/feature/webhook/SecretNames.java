package dev.weir.feature.webhook;

import dev.weir.kernel.Ids;
import dev.weir.kernel.TenantId;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads what a stage says of its signing secret: the id of one of the tenant's secrets, or the ARN that such a secret has in AWS Secrets
 * Manager. An ARN is taken apart and every part compared; that it contains the tenant's name somewhere means nothing.
 *
 * @param environment as in the secrets' path {@code agent-runner/<environment>/tenant/<tenant>/secrets/<id>}
 */
public record SecretNames(String partition, String region, String account, String environment) {
    /** Secrets Manager adds a hyphen and six characters to a name to make an ARN. */
    private static final Pattern SUFFIX = Pattern.compile("-[A-Za-z0-9]{6}");
    private static final int SUFFIX_LENGTH = 7;
    private static final int MAX_LENGTH = 400;

    /** The id of a secret that could be {@code tenant}'s, or empty. */
    public Optional<String> id(String reference, TenantId tenant) {
        if (reference.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        if (Ids.isLegal(reference)) {
            return Optional.of(reference);
        }
        List<String> parts = List.of(reference.split(":", -1));
        if (parts.size() != 7 || !parts.subList(0, 6).equals(List.of("arn", partition, "secretsmanager", region,
                account, "secret"))) {
            return Optional.empty();
        }
        return named(List.of(parts.get(6).split("/", -1)), tenant);
    }

    private Optional<String> named(List<String> path, TenantId tenant) {
        if (path.size() != 6 || !path.subList(0, 5).equals(List.of("agent-runner", environment, "tenant",
                tenant.value(), "secrets"))) {
            return Optional.empty();
        }
        String last = path.get(5);
        int end = last.length() - SUFFIX_LENGTH;
        return end > 0 && SUFFIX.matcher(last.substring(end)).matches()
                ? Optional.of(last.substring(0, end)).filter(Ids::isLegal)
                : Optional.empty();
    }
}
