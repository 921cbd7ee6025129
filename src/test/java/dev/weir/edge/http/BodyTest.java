package dev.weir.edge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.Role;
import dev.weir.kernel.Violation;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class BodyTest {
    private static final Pattern NAME = Pattern.compile("[a-z]+");

    @Test
    void readsEveryKindOfField() {
        Body body = body(
                "{\"id\":\"a-1\",\"text\":\"t\",\"n\":5,\"role\":\"owner\",\"o\":{\"x\":1},\"env\":{\"a\":\"b\"},\"nil\":null}");

        assertThat(body.id("id")).isEqualTo("a-1");
        assertThat(body.text("text", 10)).contains("t");
        assertThat(body.text("nil", 10)).isEmpty();
        assertThat(body.number("n", 1, 9, 3)).isEqualTo(5);
        assertThat(body.number("absent", 1, 9, 3)).isEqualTo(3);
        assertThat(body.choice("role", Role.values(), Role::wireName)).contains(Role.OWNER);
        assertThat(body.objectText("o")).contains("{\"x\":1}");
        assertThat(body.strings("env", 5, NAME, 10)).containsEntry("a", "b").hasSize(1);
        assertThatCode(body::done).doesNotThrowAnyException();
    }

    @Test
    void tellsEverythingThatIsWrongAtOnceAndNoValue() {
        Body body = body(
                "{\"id\":\"secret!\",\"text\":\"secret\",\"n\":10,\"role\":\"secret\",\"o\":[],\"env\":{\"A\":\"x\",\"b\":1},"
                        + "\"a/b~c\":\"secret\",\"wrong\":7}");
        body.id("id");
        body.id("missing");
        body.id("wrong");
        body.text("text", 5);
        body.number("n", 1, 9, 3);
        body.choice("role", Role.values(), Role::wireName);
        body.objectText("o");
        body.strings("env", 5, NAME, 10);

        List<Violation> violations = violations(body);
        assertThat(violations).extracting(Violation::pointer)
                .containsExactly("/id", "/missing", "/wrong", "/text", "/n", "/role", "/o", "/env", "/env/b",
                        "/a~1b~0c");
        assertThat(violations).extracting(Violation::message).noneMatch(message -> message.contains("secret"));
    }

    @Test
    void violationsAreBounded() {
        StringBuilder many = new StringBuilder("{\"x\":0");
        for (int i = 0; i < 1000; i++) {
            many.append(",\"f").append(i).append("\":0");
        }
        assertThat(violations(body(many.append('}').toString()))).hasSizeBetween(1, 50);
    }

    private static List<Violation> violations(Body body) {
        Problem problem = catchThrowableOfType(ProblemException.class, body::done).problem();
        return ((Problem.Invalid) problem).violations();
    }

    @Test
    void theInputOfAScheduleIsBounded() {
        String cron = "{\"schedule_cron\":\"* * * * *\",\"schedule_input\":{\"t\":\"%s\"}}";
        int around = "{\"t\":\"\"}".length();
        assertThat(StageBody.read(body(cron.formatted("x".repeat(64 * 1024 - around)))).plan()).isEmpty();
        Problem.Invalid refusal = refusal(() -> StageBody.read(
                body(cron.formatted("\u00e9".repeat(32 * 1024)))));
        assertThat(refusal.violations()).containsExactly(
                new Violation("/schedule_input", "must be at most 65536 bytes of JSON"));
    }

    private static Problem.Invalid refusal(ThrowingCallable call) {
        return (Problem.Invalid) catchThrowableOfType(ProblemException.class, call).problem();
    }

    private static Body body(String json) {
        return new Body(Json.parse(Buffer.buffer(json)));
    }
}
