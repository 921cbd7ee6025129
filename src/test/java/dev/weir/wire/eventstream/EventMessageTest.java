package dev.weir.wire.eventstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against messages that botocore decoded. */
class EventMessageTest {
    private static final String STOP = "0000008e0000004b8afa49820b3a6576656e742d747970650700056368756e6b0d3a636f6e74656e"
            + "742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e747b22636f6e74"
            + "656e7453746f70223a7b2265786974436f6465223a302c22737461747573223a22434f4d504c45544544227d7df838d059";
    private static final String THROTTLED = "0000008800000061de0175f40f3a657863657074696f6e2d747970650700137468726f74746c"
            + "696e67457863657074696f6e0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167"
            + "652d74797065070009657863657074696f6e7b226d657373616765223a22736c6f7720646f776e227d832ee072";
    private static final String RESULT = "0000007a0000004ca92a2abc0b3a6576656e742d74797065070006726573756c740d3a636f6e74"
            + "656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e747b22636f"
            + "6e74656e74223a5b5d2c2269734572726f72223a66616c73657dd46430cc";

    static List<Object[]> golden() {
        return List.of(
                new Object[]{STOP, EventMessage.event("chunk",
                        Buffer.buffer("{\"contentStop\":{\"exitCode\":0,\"status\":\"COMPLETED\"}}"))},
                new Object[]{THROTTLED, EventMessage.exception("throttlingException",
                        Buffer.buffer("{\"message\":\"slow down\"}"))},
                new Object[]{RESULT,
                    EventMessage.event("result", Buffer.buffer("{\"content\":[],\"isError\":false}"))});
    }

    @ParameterizedTest
    @MethodSource("golden")
    void writesAndReadsTheGoldenBytes(String hex, EventMessage message) {
        assertThat(HexFormat.of().formatHex(message.encode().getBytes())).isEqualTo(hex);
        assertThat(new EventReader().read(bytes(hex))).containsExactly(message);
    }

    @Test
    void messagesMayBeCutAnywhereAndShareABuffer() {
        Buffer all = bytes(STOP + THROTTLED + RESULT);
        for (int cut = 1; cut < all.length(); cut++) {
            EventReader reader = new EventReader();
            List<EventMessage> read = new ArrayList<>(reader.read(all.getBuffer(0, cut)));
            read.addAll(reader.read(all.getBuffer(cut, all.length())));
            assertThat(read).hasSize(3);
            assertThat(reader.isBetweenMessages()).isTrue();
        }
    }

    @Test
    void anyChangedBitIsFound() {
        for (int bit = 0; bit < bytes(STOP).length() * 8; bit += 3) {
            Buffer changed = bytes(STOP);
            changed.setByte(bit / 8, (byte) (changed.getByte(bit / 8) ^ (1 << (bit % 8))));
            assertThatThrownBy(() -> new EventReader().read(changed.copy().appendBuffer(bytes(STOP))))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void allKindsOfHeadersAreRead() {
        Buffer head = Buffer.buffer();
        byte[][] values = {{0}, {1}, {2, 5}, {3, 0, 7}, {4, 0, 0, 0, 9}, {5, 0, 0, 0, 0, 0, 0, 0, 1}, {6, 0, 1, 10},
            {7, 0, 1, 'x'}, {8, 0, 0, 0, 0, 0, 0, 0, 2}, new byte[17]};
        values[9][0] = 9;
        for (int i = 0; i < values.length; i++) {
            head.appendByte((byte) 1).appendByte((byte) ('a' + i)).appendBytes(values[i]);
        }
        assertThat(new EventReader().read(message(head)).getFirst().headers())
                .containsExactlyInAnyOrderEntriesOf(Map.of("a", "true", "b", "false", "c", "5", "d", "7", "e", "9",
                        "f", "1", "g", "0a", "h", "x", "i", "2", "j", "00".repeat(16)));
    }

    @Test
    void headersThatAreCutTwiceOrUnknownAreRefused() {
        for (byte[] head : new byte[][]{{1, 'a', 7, 0, 9, 'x'}, {1, 'a', 0, 1, 'a', 0}, {1, 'a', 10}, {9, 'a'}}) {
            assertThatThrownBy(() -> new EventReader().read(message(Buffer.buffer(head))))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void lengthsThatCannotBeAreRefusedBeforeAnythingIsKept() {
        for (int[] lengths : new int[][]{{15, 0}, {16, 1}, {Integer.MAX_VALUE, 0}, {200_000, 140_000}, {-1, 0}}) {
            Buffer prelude = Buffer.buffer().appendInt(lengths[0]).appendInt(lengths[1]);
            prelude.appendInt(EventMessage.crc(prelude, 8));
            assertThatThrownBy(() -> new EventReader().read(prelude)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static Buffer message(Buffer head) {
        Buffer message = Buffer.buffer().appendInt(16 + head.length()).appendInt(head.length());
        message.appendInt(EventMessage.crc(message, 8)).appendBuffer(head);
        return message.appendInt(EventMessage.crc(message, message.length()));
    }

    private static Buffer bytes(String hex) {
        return Buffer.buffer(HexFormat.of().parseHex(hex));
    }
}
