package dev.weir.wire.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.HexFormat;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShellFramesTest {
    @Test
    void eachChannelHasItsByte() {
        assertThat(hex(new ShellFrame.Stdin(Buffer.buffer("ls\n")))).isEqualTo("006c730a");
        assertThat(hex(new ShellFrame.Stdout(Buffer.buffer("x")))).isEqualTo("0178");
        assertThat(hex(new ShellFrame.Stderr(Buffer.buffer("x")))).isEqualTo("0278");
        assertThat(hex(new ShellFrame.Heartbeat(Buffer.buffer()))).isEqualTo("05");
        assertThat(hex(new ShellFrame.Close())).isEqualTo("ff");
        assertThat(text(new ShellFrame.Resize(80, 24))).isEqualTo("\u0004{\"width\":80,\"height\":24}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"006c730a", "00", "01ff00fe", "0278", "05", "0501", "ff", "0700", "fe"})
    void whatIsReadIsWrittenBack(String message) {
        assertThat(hex(ShellFrames.decode(Buffer.buffer(HexFormat.of().parseHex(message))))).isEqualTo(message);
    }

    @Test
    void confirmationsNameTheShell() {
        assertThat(status("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{\"shellId\":\"s-1\","
                + "\"reconnected\":true,\"bytesDropped\":7},\"status\":\"Success\"}"))
                .isEqualTo(new ShellStatus.Confirmed("s-1", true, OptionalLong.of(7)));
        assertThat(status("{\"metadata\":{\"shellId\":\"s-1\"},\"status\":\"Success\"}"))
                .isEqualTo(new ShellStatus.Confirmed("s-1", false, OptionalLong.empty()));
    }

    @Test
    void endsTellTheExitCode() {
        assertThat(status("{\"metadata\":{},\"status\":\"Success\"}"))
                .isEqualTo(new ShellStatus.Exited(0, OptionalInt.empty()));
        assertThat(status("{\"metadata\":{},\"status\":\"Failure\",\"reason\":\"NonZeroExitCode\",\"details\":{"
                + "\"causes\":[{\"reason\":\"ExitCode\",\"message\":\"137\"},{\"reason\":\"Signal\",\"message\":\"9\"}]}}"))
                .isEqualTo(new ShellStatus.Exited(137, OptionalInt.of(9)));
        assertThat(status("{\"metadata\":{},\"status\":\"Failure\",\"reason\":\"InternalError\",\"message\":\"no\"}"))
                .isEqualTo(new ShellStatus.Failed("no"));
    }

    @Test
    void everyStatusSurvivesTheWire() {
        for (ShellStatus status : new ShellStatus[]{new ShellStatus.Confirmed("a", true, OptionalLong.of(3)),
            new ShellStatus.Confirmed("a", false, OptionalLong.empty()),
            new ShellStatus.Exited(0, OptionalInt.empty()), new ShellStatus.Exited(7, OptionalInt.empty()),
            new ShellStatus.Exited(143, OptionalInt.of(15)), new ShellStatus.Failed("broken")}) {
            assertThat(ShellFrames.decode(ShellFrames.encode(new ShellFrame.Status(status))))
                    .isEqualTo(new ShellFrame.Status(status));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "[]", "7", "null", "{}", "{\"status\":\"Maybe\"}", "{\"metadata\":[]}",
        "{\"metadata\":{\"shellId\":7}}", "{\"status\":\"Failure\",\"details\":7}",
        "{\"status\":\"Failure\",\"details\":{\"causes\":[{\"reason\":\"ExitCode\",\"message\":null}]}}",
        "{\"status\":\"Failure\",\"details\":{\"causes\":[7]}}",
        "{\"status\":\"Failure\",\"details\":{\"causes\":[{\"reason\":\"ExitCode\",\"message\":\"x\"}]}}"})
    void aBrokenStatusIsPassedOver(String json) {
        assertThat(ShellFrames.decode(Buffer.buffer("\u0003" + json))).isInstanceOf(ShellFrame.Malformed.class);
    }

    @ParameterizedTest
    @CsvSource({"1,1,ok", "1000,1000,ok", "0,24,no", "80,0,no", "1001,1,no", "-1,5,no", "80.5,24,no", "'\"80\"',24,no",
        "null,24,no", "99999999999,24,no"})
    void aSizeIsTwoSmallWholeNumbers(String width, String height, String verdict) {
        ShellFrame frame = ShellFrames
                .decode(Buffer.buffer("\u0004{\"width\":" + width + ",\"height\":" + height + "}"));
        assertThat(frame).isInstanceOf(verdict.equals("ok") ? ShellFrame.Resize.class : ShellFrame.Malformed.class);
    }

    @Test
    void absentPartsOfAStatusAreEmpty() {
        assertThat(status("{\"metadata\":null,\"status\":\"Failure\",\"details\":null,\"message\":null}"))
                .isEqualTo(new ShellStatus.Failed(""));
        assertThat(status("{\"status\":\"Failure\",\"details\":{\"causes\":[null]}}"))
                .isEqualTo(new ShellStatus.Failed(""));
    }

    @Test
    void anEmptyMessageIsAProtocolError() {
        assertThat(ShellFrames.decode(Buffer.buffer())).isEqualTo(new ShellFrame.Malformed(-1, "the message is empty"));
    }

    @Test
    void noBytesMakeTheReaderFail() {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            if (bytes.length > 0 && i % 2 == 0) {
                bytes[0] = (byte) (i % 7);
            }
            assertThat(ShellFrames.decode(Buffer.buffer(bytes))).isNotNull();
        }
    }

    @ParameterizedTest
    @CsvSource({"1000,ENDED", "1001,LOST", "1003,OUR_FAULT", "1005,LOST", "1006,LOST", "1008,POLICY", "1009,OUR_FAULT",
        "1011,LOST", "4000,TAKEN_OVER", "4001,LOST"})
    void closeCodesSayWhetherToComeBack(int code, ShellClose meaning) {
        assertThat(ShellClose.of(code)).isEqualTo(meaning);
        assertThat(ShellClose.of(code).isFinal())
                .isEqualTo(meaning != ShellClose.LOST && meaning != ShellClose.POLICY);
    }

    private static ShellStatus status(String json) {
        return ((ShellFrame.Status) ShellFrames.decode(Buffer.buffer("\u0003" + json))).status();
    }

    private static String hex(ShellFrame frame) {
        return HexFormat.of().formatHex(ShellFrames.encode(frame).getBytes());
    }

    private static String text(ShellFrame frame) {
        return ShellFrames.encode(frame).toString();
    }
}
