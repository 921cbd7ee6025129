package dev.weir.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import inet.ipaddr.IPAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTest {
    /** Both edges of every block, from inside. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            unspecified   | 0.0.0.0 0.255.255.255 ::
            loopback      | 127.0.0.0 127.0.0.1 127.255.255.255 ::1
            private       | 10.0.0.0 10.255.255.255 172.16.0.0 172.31.255.255 192.168.0.0 192.168.255.255
            private       | fc00:: fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff fec0:: feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
            link-local    | 169.254.0.0 169.254.255.255 fe80:: febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff
            metadata      | 169.254.169.254 169.254.169.253 169.254.170.2 169.254.170.23 100.100.100.200 168.63.129.16
            metadata      | fd00:ec2::254 fd00:ec2::253 fd00:ec2::23 fd20:ce::254
            shared        | 100.64.0.0 100.127.255.255
            benchmarking  | 198.18.0.0 198.19.255.255 2001:2:: 2001:2:0:ffff:ffff:ffff:ffff:ffff
            documentation | 192.0.2.0 192.0.2.255 198.51.100.0 198.51.100.255 203.0.113.0 203.0.113.255
            documentation | 2001:db8:: 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff 3fff:: 3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff
            multicast     | 224.0.0.0 239.255.255.255 ff00:: ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
            embedded-ipv4 | ::ffff:0.0.0.0 ::ffff:8.8.8.8 ::ffff:7f00:1 ::127.0.0.1 ::8.8.8.8 ::ffff:0:8.8.8.8
            nat64         | 64:ff9b:: 64:ff9b::7f00:1 64:ff9b::8.8.8.8 64:ff9b:1:: 64:ff9b:1:ffff:ffff:ffff:ffff:ffff
            6to4          | 2002:: 2002:7f00:1:: 2002:808:808::1 2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff 192.88.99.0 192.88.99.255
            teredo        | 2001:: 2001:0:ffff:ffff:ffff:ffff:ffff:ffff
            reserved      | 192.0.0.0 192.0.0.192 192.0.0.255 240.0.0.0 255.255.255.254 255.255.255.255
            reserved      | 2001:1::1 2001:10:: 2001:20:: 2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff 100:: 5f00::
            reserved      | 1:: 64:ff9b:2:: 1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 4000:: 8000:: fbff:: fe00::
            """)
    void names(String rule, String addresses) {
        for (String each : addresses.split(" ", -1)) {
            assertThat(AddressRules.broken(address(each))).as(each).contains(rule);
        }
    }

    /** The neighbours of every block, from outside. */
    @ParameterizedTest
    @ValueSource(strings = {"1.0.0.0", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
        "126.255.255.255", "128.0.0.0", "168.63.129.15", "168.63.129.17", "169.253.255.255", "169.255.0.0",
        "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.1.255", "192.0.3.0",
        "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
        "198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255", "2000::",
        "2001:200::", "2001:db7:ffff::", "2001:db9::", "2001:4860:4860::8888", "2001:ffff::", "2003::",
        "2606:4700:4700::1111", "3ffe:ffff::", "3fff:1000::"})
    void letsTheRestThrough(String text) {
        assertThat(AddressRules.broken(address(text))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1",
        "127.0.0.01", "127.0.0.010", "127.0.0.1.", ".127.0.0.1", "127.0.0.1 ", "127.0.0.256", "1.2.3", "1.2.3.4.5",
        "1.2.3.4/8", "1.2.3.*", "1-2.3.4.5", "*", "1.2.3.-4", "+1.2.3.4", "1..2.3", "fe80::1%eth0", "fe80::1%25eth0",
        "[::1]", "::1/128", "::g", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::00001", "::1::", "::*",
        "\u0661.1.1.1", "\uff11.1.1.1", "1.1.1.1\u0000", "localhost", "4)+k&C#VzJ4br>0wv%Yp"})
    void readsNoOddForms(String text) {
        assertThat(AddressRules.read(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1.2.3.4,1.2.3.4", "255.255.255.255,255.255.255.255", "0.0.0.0,0.0.0.0", "::,::", "::1,::1",
        "2606:4700:4700:0000:0000::1111,2606:4700:4700::1111", "::ffff:1.2.3.4,::ffff:102:304", "FE80::A,fe80::a"})
    void readsTheStrictForms(String text, String canonical) {
        assertThat(address(text).toCanonicalString()).isEqualTo(canonical);
    }

    /** What the JDK calls special is special here, for many addresses of each kind. */
    @Test
    void isNowhereLaxerThanTheJdk() throws UnknownHostException {
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(bytes);
            if (random.nextInt(3) == 0) {
                Arrays.fill(bytes, 1, bytes.length - 1, (byte) 0);
            }
            InetAddress jdk = InetAddress.getByAddress(bytes);
            boolean special = jdk.isAnyLocalAddress() || jdk.isLoopbackAddress() || jdk.isLinkLocalAddress()
                    || jdk.isSiteLocalAddress() || jdk.isMulticastAddress();
            if (special) {
                assertThat(AddressRules.broken(address(jdk.getHostAddress()))).as(jdk.toString()).isPresent();
            }
        }
    }

    private static IPAddress address(String text) {
        return AddressRules.read(text).orElseThrow(() -> new AssertionError(text));
    }
}
