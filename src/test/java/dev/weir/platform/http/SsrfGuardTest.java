package dev.weir.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.fixture.Answers;
import dev.weir.platform.http.SsrfGuard.Vetted;
import inet.ipaddr.IPAddress;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SsrfGuardTest {
    private final ScriptedNames names = new ScriptedNames();
    private final Set<IPAddress> own = Set.of(AddressRules.read("8.8.4.4").orElseThrow(),
            AddressRules.read("2606:4700::7").orElseThrow());
    private final SsrfGuard strict = guard(false);
    private final SsrfGuard local = guard(true);

    private SsrfGuard guard(boolean loopback) {
        return new SsrfGuard(names, () -> Future.succeededFuture(own),
                Blocks.of("8.8.8.0/24  9.9.9.9 2620:fe::/48"), loopback);
    }

    @ParameterizedTest
    @CsvSource({"https://hooks.weir.dev,hooks.weir.dev,443,/",
        "HTTPS://Hooks.Weir.DEV:8443/a?b=c&d=%20,hooks.weir.dev,8443,/a?b=c&d=%20",
        "https://hooks.weir.dev?x,hooks.weir.dev,443,/?x",
        "https://xn--bcher-kva.example.com/,xn--bcher-kva.example.com,443,/",
        "https://hooks.weir.dev//a/../b;c='d',hooks.weir.dev,443,//a/../b;c='d'"})
    void publicPlacesMayBeReached(String url, String host, int port, String target) {
        names.answer("93.184.216.34", "2606:4700:4700::1111");
        Destination destination = vetted(strict, url).destination();
        assertThat(new Object[]{destination.host(), destination.port(), destination.target(), destination.tls()})
                .containsExactly(host, port, target, true);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            not-https   | http://hooks.weir.dev/ ftp://hooks.weir.dev/ //hooks.weir.dev/ hooks.weir.dev file:///etc/passwd
            not-https   | gopher://hooks.weir.dev javascript:alert(1) data:,x jar:https://hooks.weir.dev!/ unix:///run/x.sock
            userinfo    | https://user@hooks.weir.dev/ https://user:pass@hooks.weir.dev/ https://@hooks.weir.dev/
            userinfo    | https://hooks.weir.dev@127.0.0.1/ https://hooks.weir.dev:443@127.0.0.1/
            malformed   | https://hooks.weir.dev\\@127.0.0.1/ https:// https://hooks.weir.dev/{x} https://[::1/ https://a%zz/ https://[1.2.3.4]/
            fragment    | https://hooks.weir.dev/#x https://hooks.weir.dev#@127.0.0.1
            port        | https://hooks.weir.dev:80/ https://hooks.weir.dev:22/ https://hooks.weir.dev:0/ https://hooks.weir.dev:/
            port        | https://hooks.weir.dev:65536/ https://hooks.weir.dev:0443/ https://93.184.216.34:6379/
            odd-name    | https:///path https:opaque https://hooks.weir.dev:4433333/ https://hooks_x.weir.dev/ https://single/
            odd-name    | https://-x.weir.dev/ https://x-.weir.dev/ https://hooks..weir.dev/ https://.weir.dev/ https://a%2eb.weir.dev/
            odd-name    | https://hooks.weir.dev,a/ https://hooks.weir.dev;a/ https://exa!mple.weir.dev/ https://*.weir.dev/
            odd-address | https://127.1/ https://127.0.1/ https://2130706433/ https://0x7f000001/ https://0x7f.1/ https://0177.0.0.1/
            odd-address | https://127.0.0.010/ https://1.2.3.4.5/ https://00000/ https://0/ https://0x/ https://hooks.weir.256/
            odd-address | https://[fe80::1%25eth0]/ https://[::1%25lo]/ https://1.2.3.0x4/
            ip-literal  | https://93.184.216.34/x https://[2606:4700:4700::1111]:443/ https://93.184.216.34:8443/
            own-address | https://8.8.4.4/ https://[2606:4700::7]/
            blocked     | https://8.8.8.8/ https://9.9.9.9/ https://[2620:fe::fe]/
            trailing-dot | https://hooks.weir.dev./ https://127.0.0.1./ https://localhost./
            internal-name | https://localhost/ https://a.localhost/ https://x.local/ https://svc.ns.svc.cluster.local/
            internal-name | https://metadata.google.internal/ https://x.intranet/ https://1.0.0.127.in-addr.arpa/ https://x.onion/
            loopback    | https://127.0.0.1/ https://[::1]/ https://127.255.255.254:8443/
            metadata    | https://169.254.169.254/latest https://[fd00:ec2::254]/ https://169.254.170.2/
            private     | https://10.0.0.1/ https://192.168.1.1/ https://[fc00::1]/
            embedded-ipv4 | https://[::ffff:127.0.0.1]/ https://[::ffff:7f00:1]/ https://[::127.0.0.1]/
            nat64       | https://[64:ff9b::7f00:1]/
            6to4        | https://[2002:7f00:1::]/
            unspecified | https://0.0.0.0/ https://[::]/
            """)
    void anythingElseNamesTheRuleItBreaks(String rule, String urls) {
        names.answer("93.184.216.34");
        for (String url : urls.split(" ", -1)) {
            assertThat(broken(strict, url)).as(url).isEqualTo(rule);
        }
        assertThat(names.asked()).as("nothing of this is even looked up").isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://h\u00f6oks.weir.dev/", "https://hooks\u3002weir\u3002dev/",
        "https://\uff11\uff12\uff17.0.0.1/",
        "https://hooks.weir.dev/\u00fc", "https://hooks.weir.dev/ x", "https://hooks.weir.dev/\r\nX: y",
        "https://hooks.weir.dev/\t", " https://hooks.weir.dev/", "https://hooks.weir.dev/\u0000", "",
        "https://\u2460\u2461\u2466.0.0.1/", "https://127\uff0e0\uff0e0\uff0e1/"})
    void onlyPrintableAsciiIsRead(String url) {
        assertThat(broken(strict, url)).isEqualTo("not-ascii");
    }

    @Test
    void longNamesAndUrlsAreRefused() {
        assertThat(broken(strict, "https://" + "a".repeat(64) + ".weir.dev/")).isEqualTo("odd-name");
        assertThat(broken(strict, "https://" + "abcdefg.".repeat(32) + "weir.dev/")).isEqualTo("name-too-long");
        assertThat(broken(strict, "https://hooks.weir.dev/" + "x".repeat(2048))).isEqualTo("too-long");
        assertThat(broken(strict, "https://" + "a.".repeat(900) + "/")).isEqualTo("name-too-long");
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.1,private", "127.0.0.1,loopback", "169.254.169.254,metadata", "::1,loopback",
        "fd00:ec2::254,metadata", "64:ff9b::a9fe:a9fe,nat64", "100.64.0.1,shared", "0.0.0.0,unspecified",
        "::ffff:10.0.0.1,embedded-ipv4", "8.8.4.4,own-address", "2606:4700::7,own-address", "8.8.8.255,blocked",
        "2620:fe:0:ffff::1,blocked"})
    void oneBadAddressAmongGoodOnesIsEnough(String address, String rule) {
        names.answer("93.184.216.34", "2606:4700:4700::1111", address);
        assertThat(broken(strict, "https://hooks.weir.dev/")).isEqualTo(rule);
        names.answer(address);
        assertThat(broken(strict, "https://hooks.weir.dev/")).isEqualTo(rule);
    }

    @Test
    void everyLookUpIsChecked() {
        names.answer("93.184.216.34").then("127.0.0.1").then("93.184.216.34");
        String url = "https://rebind.weir.dev/";
        assertThat(vetted(strict, url).addresses()).map(Object::toString).containsExactly("93.184.216.34");
        assertThat(broken(strict, url)).isEqualTo("loopback");
        assertThat(vetted(strict, url).addresses()).hasSize(1);
        assertThat(names.asked()).as("one look-up each").isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:8080/x", "http://localhost:1/", "https://localhost/", "http://[::1]:99/",
        "https://localhost:9999/", "http://127.9.9.9/"})
    void onOnesOwnMachineThisHostMayBeReached(String url) {
        assertThat(vetted(local, url).addresses()).allMatch(AddressRules::isLoopback);
    }

    @ParameterizedTest
    @CsvSource({"http://hooks.weir.dev/,not-https", "https://hooks.weir.dev:22/,port", "http://10.0.0.1/,not-https",
        "https://127.0.0.1:9999/,ip-literal", "https://[::1]/,ip-literal", "https://8.8.4.4/,own-address",
        "https://10.0.0.1/,private", "https://169.254.169.254/,metadata", "http://127.1/,odd-address",
        "http://[::ffff:127.0.0.1]/,not-https", "http://user@127.0.0.1/,userinfo", "ftp://127.0.0.1/,not-https"})
    void andNothingElseBesides(String url, String rule) {
        names.answer("93.184.216.34");
        assertThat(broken(local, url)).isEqualTo(rule);
    }

    @Test
    void plainHttpNeedsEveryAddressToBeThisHost() {
        names.answer("127.0.0.1", "93.184.216.34");
        assertThat(broken(local, "http://mixed.weir.dev/")).isEqualTo("not-https");
    }

    @Test
    void whatIsNoNetworkIsNotTakenForOne() {
        for (String text : List.of("8.8.8.8/33", "8.8.8", "8.8.8.8/", "hooks.weir.dev", "8.8.8.*", "::1%lo", ",")) {
            assertThatThrownBy(() -> Blocks.of(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(Blocks.of(" ").networks()).isEmpty();
    }

    private static Vetted vetted(SsrfGuard guard, String url) {
        return Answers.of(guard.vet(url));
    }

    private static String broken(SsrfGuard guard, String url) {
        Future<String> rule = guard.vet(url).map(_ -> "reached")
                .recover(failure -> Future.succeededFuture(((BrokenRule) failure).rule()));
        return Answers.of(rule);
    }
}
