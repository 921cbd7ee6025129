package dev.weir.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.fixture.Answers;
import inet.ipaddr.IPAddress;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.dns.AddressResolverOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Look-ups at a name server that answers anew each time. */
class DnsNamesTest {
    private static final int A = 1;
    private static final int CNAME = 5;
    private static final int AAAA = 28;
    private static final int NO_SUCH_NAME = 3;

    private final Vertx vertx = Vertx.vertx();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private DatagramSocket server;
    private Names names;
    private volatile boolean silentOnSixes;

    @BeforeEach
    void open() {
        server = Answers.of(vertx.createDatagramSocket().handler(this::answer).listen(0, "127.0.0.1"));
        names = new DnsNames(vertx, new AddressResolverOptions()
                .addServer("127.0.0.1:" + server.localAddress().port()).setQueryTimeout(1000));
    }

    @AfterEach
    void close() {
        Answers.of(vertx.close());
    }

    /** IPv6 is asked for where the machine has it. */
    @Test
    void eachLookUpAsksAgain() {
        List<String> first = addresses("both.weir.dev");
        List<String> second = addresses("both.weir.dev");
        assertThat(first).isNotEmpty().allMatch(each -> each.matches("10[.]0[.]0[.][0-9]|2001:db8::[0-9]"));
        assertThat(second).isNotEmpty().doesNotContainAnyElementsOf(first);
    }

    @Test
    void anAliasLeadsToItsAddresses() {
        assertThat(addresses("alias.weir.dev")).contains("10.0.0.1");
    }

    @Test
    void oneFamilyIsEnoughAlsoIfTheServerIsSilentOnTheOther() {
        assertThat(addresses("four.weir.dev")).containsExactly("10.0.0.1");
        silentOnSixes = true;
        assertThat(addresses("four.weir.dev")).containsExactly("10.0.0.2");
    }

    @Test
    void noAddressIsAFailure() {
        assertThatThrownBy(() -> addresses("none.weir.dev")).hasMessage("no address");
        assertThatThrownBy(() -> addresses("empty.weir.dev")).hasMessage("no address");
    }

    private List<String> addresses(String host) {
        return Answers.of(names.addresses(host)).stream().map(IPAddress::toCanonicalString).toList();
    }

    private void answer(DatagramPacket packet) {
        Buffer query = packet.data();
        int end = 12;
        StringBuilder name = new StringBuilder();
        while (query.getByte(end) != 0) {
            name.append(query.getString(end + 1, end + 1 + query.getByte(end))).append('.');
            end += query.getByte(end) + 1;
        }
        int type = query.getShort(end + 1);
        if (silentOnSixes && type == AAAA) {
            return;
        }
        String label = name.substring(0, name.indexOf("."));
        asked.add(label + type);
        byte count = (byte) asked.stream().filter(each -> each.equals(label + type)).count();
        Buffer answers = Buffer.buffer();
        int n = records(label, type, count, answers);
        boolean none = label.equals("none");
        Buffer reply = Buffer.buffer().appendBytes(query.getBytes(0, 2))
                .appendShort((short) (0x8180 | (none ? NO_SUCH_NAME : 0))).appendShort((short) 1)
                .appendShort((short) n).appendInt(0).appendBytes(query.getBytes(12, end + 5)).appendBuffer(answers);
        server.send(reply, packet.sender().port(), packet.sender().host());
    }

    private static int records(String label, int type, byte count, Buffer answers) {
        int n = 0;
        Buffer owner = Buffer.buffer().appendShort((short) 0xc00c);
        if (label.equals("alias")) {
            Buffer alias = Buffer.buffer().appendByte((byte) 1).appendString("x").appendShort((short) 0xc012);
            record(answers, owner, CNAME, alias);
            owner = alias;
            n++;
        }
        if (type == A && List.of("both", "four", "alias").contains(label)) {
            record(answers, owner, A, Buffer.buffer(new byte[]{10, 0, 0, count}));
            n++;
        }
        if (type == AAAA && label.equals("both")) {
            byte[] address = new byte[16];
            address[0] = 0x20;
            address[1] = 1;
            address[2] = 0x0d;
            address[3] = (byte) 0xb8;
            address[15] = count;
            record(answers, owner, AAAA, Buffer.buffer(address));
            n++;
        }
        return n;
    }

    private static void record(Buffer answers, Buffer owner, int type, Buffer data) {
        answers.appendBuffer(owner).appendShort((short) type).appendShort((short) 1).appendInt(0)
                .appendShort((short) data.length()).appendBuffer(data);
    }
}
