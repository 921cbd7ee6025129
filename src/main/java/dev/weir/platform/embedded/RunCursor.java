package dev.weir.platform.embedded;

import dev.weir.feature.run.Run;
import dev.weir.feature.run.event.RunId;
import dev.weir.kernel.Ids;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.TenantId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The last run of a page. As text it carries a check over the tenant, so that one made for another tenant, or made up, is refused. */
record RunCursor(Instant createdAt, RunId id) {
    private static final Pattern FORM = Pattern.compile("(-?[0-9]{1,18})\\.([^.]*)\\.([0-9a-f]{16})");

    static RunCursor after(Run run) {
        return new RunCursor(run.order().createdAt(), run.id());
    }

    /** Throws {@code Invalid} at {@code /cursor} for anything that {@link #text} did not make for this tenant. */
    static RunCursor parse(TenantId tenant, String text) {
        Matcher parts = FORM.matcher(decoded(text));
        if (!parts.matches() || !Ids.isLegal(parts.group(2))) {
            throw refused();
        }
        Instant createdAt = Instant.EPOCH.plus(Long.parseLong(parts.group(1)), ChronoUnit.MICROS);
        RunCursor cursor = new RunCursor(createdAt, new RunId(parts.group(2)));
        if (!cursor.text(tenant).equals(text)) {
            throw refused();
        }
        return cursor;
    }

    String text(TenantId tenant) {
        String place = ChronoUnit.MICROS.between(Instant.EPOCH, createdAt) + "." + id;
        String whole = place + "." + Sha256.prefix(tenant.value() + " " + place, 8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(whole.getBytes(StandardCharsets.US_ASCII));
    }

    private static String decoded(String text) {
        try {
            return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException notBase64) {
            return "";
        }
    }

    private static ProblemException refused() {
        return new ProblemException(Problem.Invalid.of("/cursor", "is not a cursor of this listing"));
    }
}
