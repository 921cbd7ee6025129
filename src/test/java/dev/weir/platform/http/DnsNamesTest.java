package dev.weir.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.fixture.Answers;
import inet.ipaddr.IPAddress;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
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
        names = new DnsNames(vertx, new SingletonDnsServerAddressStreamProvider(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.localAddress().port())),
                Duration.ofSeconds(1));
    }

    @AfterEach
    void close() {
        Answers.of(vertx.close());
    }

    @Test
    void eachLookUpAsksAgain() {
        assertThat(addresses("both.weir.dev")).containsExactly("10.0.0.1", "2001:db8::1");
        assertThat(addresses("both.weir.dev")).containsExactly("10.0.0.2", "2001:db8::2");
    }

    /** One of them alone could be good while the other one is not. */
    @Test
    void bothFamiliesAreThere() {
        assertThat(addresses("both.weir.dev")).hasSize(2);
        assertThat(asked).contains("both" + A, "both" + AAAA);
    }

    @Test
    void aChainOfAliasesLeadsToItsAddresses() {
        assertThat(addresses("chain6.weir.dev")).containsExactly("10.0.0.1");
        assertThatThrownBy(() -> addresses("endless.weir.dev")).hasMessage("no address");
        assertThat(asked).filteredOn(each -> each.startsWith("endless")).hasSizeLessThan(20);
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
        if ((label.startsWith("chain") && !label.equals("chain0")) || label.equals("endless")) {
            String next = label.equals("endless") ? label : "chain" + (label.charAt(5) - '1');
            int parent = 0xc000 + 12 + 1 + label.length();
            Buffer alias = Buffer.buffer().appendByte((byte) next.length()).appendString(next)
                    .appendShort((short) parent);
            record(answers, owner, CNAME, alias);
            return 1;
        }
        if (type == A && List.of("both", "four", "alias", "chain0").contains(label)) {
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
