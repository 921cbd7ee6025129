package dev.weir.edge.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AssetTest {
    private static final Pattern REFERENCE = Pattern.compile("(?:src|href)=\"([^\"]*)\"");

    @Test
    void thePageLoadsOnlyWhatIsServedBesideIt() {
        List<String> served = Asset.all().stream().map(Asset::path).toList();
        String page = Asset.all().getFirst().bytes().toString();
        assertThat(REFERENCE.matcher(page).results().map(match -> match.group(1))).isNotEmpty()
                .allMatch(served::contains);
    }

    @Test
    void thePageHasNoInlineCode() {
        String page = Asset.all().getFirst().bytes().toString();
        assertThat(page).doesNotContain("javascript:").doesNotContainPattern("\\son[a-z]+=").doesNotContain("style=");
        assertThat(Pattern.compile("<script[^>]*>([^<]*)</script>").matcher(page).results().map(MatchResult::group))
                .hasSize(1).allMatch(script -> script.endsWith("></script>"));
    }
}
