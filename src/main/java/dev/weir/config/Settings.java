package dev.weir.config;

import dev.weir.config.Kind.Choice;
import dev.weir.config.Kind.Named;
import dev.weir.config.Kind.Size;
import dev.weir.config.Kind.Switch;
import dev.weir.config.Kind.Text;
import dev.weir.config.Kind.Time;
import dev.weir.config.Kind.Whole;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The one table of settings: every key once, with its form, its bounds and its meaning. Defaults are the records' own. */
public final class Settings {
    private static final Kind PORT = new Whole(0, 65_535);
    private static final Kind HOST = new Text(Pattern.compile("[A-Za-z0-9.:_-]{1,253}"),
            "a host name or an IP address");
    private static final Kind URL = new Text(Pattern.compile("(https?://[^/?#@\\s]+[^?#@\\s]*)?"),
            "an http or https URL without user, query and fragment, or empty");
    private static final Kind REGION = new Text(Pattern.compile("[a-z]{2}(-[a-z]+)+-[0-9]"),
            "an AWS region, such as us-east-1");
    private static final Kind WORDS = new Text(Pattern.compile(".*\\S.*"), "a command line");
    private static final Pattern RUNTIME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,47}");
    private static final Pattern SCAN_RULE = Pattern.compile("py\\.(exec|process|native|deserialise|import-machinery"
            + "|introspection|host-secrets|deceptive-source|doubtful)|package\\.(forbidden-file|shadows-stdlib)");
    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
    private static final Kind QUALIFIER = new Text(Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,47}"),
            "1 to 48 letters, digits or '_', starting with a letter");
    private static final Kind ORIGINS = new Text(Pattern.compile("(https?://[^/\\s]+(\\s+(?=\\S)|$))*"),
            "origins such as https://portal.example.com, separated by spaces, or empty");
    private static final Kind LIMIT = new Whole(-1, 1_000_000_000);
    private static final Kind LIMITS = new Text(Pattern.compile(
            "((runs-per-hour|runs-per-day|billable-minutes-per-month|concurrent-runs)=(-1|[0-9]{1,9})(\\s+(?=\\S)|$))+"),
            "limits such as runs-per-hour=100 concurrent-runs=5");
    private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Kind NETWORKS = new Text(
            Pattern.compile("((" + BYTE + "(\\." + BYTE + "){3}(/(3[0-2]|[12]?[0-9]))?"
                    + "|(?=[^\\s/]*:)[0-9A-Fa-f:]{2,39}(/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))?)(\\s+(?=\\S)|$))*"),
            "addresses and networks such as 203.0.113.0/24 2001:db8::/32, or empty");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Kind UP_TO_AN_HOUR = new Time(Duration.ofMillis(1), HOUR);
    private static final Kind UP_TO_A_DAY = new Time(Duration.ofMillis(1), DAY);
    private static final Pattern ENVIRONMENT = Pattern.compile("[a-z][a-z0-9-]{0,47}");
    /** AWS: codeInterpreterIdentifier, an id or an ARN. */
    private static final String INTERPRETER = "[A-Za-z0-9][A-Za-z0-9._:/-]{0,299}";
    private static final Kind ZERO_TO_AN_HOUR = new Time(Duration.ZERO, HOUR);

    /** In the order of the file. */
    public static final List<Setting> ALL = List.of(
            new Setting("data",
                    new Text(Pattern.compile("[^\\p{Cntrl}]*[^\\p{Cntrl}\\s][^\\p{Cntrl}]*"), "a directory"),
                    "Where embedded mode keeps everything it knows; made with mode 0700 if absent."),

            new Setting("server.host", HOST, "Address that clients connect to."),
            new Setting("server.port", PORT, "Port that clients connect to; 0 = any free one."),
            new Setting("server.public-url", URL,
                    "How clients and microVMs reach this gateway, when that is not http://host:port; empty = it is."),
            new Setting("server.idle", UP_TO_AN_HOUR,
                    "A connection without a byte either way for so long is closed. Heartbeats keep streams open."),
            new Setting("server.header-timeout", UP_TO_AN_HOUR,
                    "From accepting a connection to the end of its first request's header."),
            new Setting("server.max-header-bytes", new Size(1024, 1 << 20), "All headers of one request."),
            new Setting("server.max-connections", new Whole(1, 1_000_000), "Client connections at the same time."),
            new Setting("server.max-connections-per-address", new Whole(1, 1_000_000), "Of them, from one IP address."),
            new Setting("server.limits.max-body-bytes", new Size(1024, 1L << 30), "A request's JSON body."),
            new Setting("server.limits.max-package-bytes", new Size(1024, 4L << 30), "An uploaded skill package."),
            new Setting("server.drain", ZERO_TO_AN_HOUR,
                    "A graceful stop spreads the closing of streams over so long, so that clients do not return all at once."),

            new Setting("admin.host", HOST, "Address of /livez, /readyz and /metrics; keep it away from the internet."),
            new Setting("admin.port", PORT, "Port of the same; 0 = any free one."),

            new Setting("streams.retry", UP_TO_AN_HOUR, "What SSE clients are told to wait before they reconnect."),
            new Setting("streams.heartbeat", UP_TO_AN_HOUR, "The longest silence on an SSE stream."),
            new Setting("streams.ping", UP_TO_AN_HOUR,
                    "Between WebSocket pings; two unanswered ones end the connection."),
            new Setting("streams.tail-events", new Whole(2_048, 1_000_000),
                    "Newest events of a running run kept in memory, per run; older ones are read from the log."),
            new Setting("streams.tail-bytes", new Size(1024, 1L << 30),
                    "Their size at most. Events that are not yet durable are kept beyond it."),

            new Setting("runs.max-concurrent", new Whole(1, 100_000), "Runs this gateway executes at the same time."),
            new Setting("runs.max-concurrent-long", new Whole(1, 100_000),
                    "The same for runs of sizes L and XL, which wait in a line of their own."),
            new Setting("runs.lease", new Time(Duration.ofSeconds(3), HOUR),
                    "How long a run stays with a gateway that says nothing; renewed at a third of it."),
            new Setting("runs.poll", UP_TO_AN_HOUR, "Between looks at the queue when nothing hints at new work."),
            new Setting("runs.cancel-grace", ZERO_TO_AN_HOUR, "Between TERM and KILL, for cancel and timeout alike."),
            new Setting("runs.start-timeout", UP_TO_AN_HOUR, "For the microVM to come up and take the run."),
            new Setting("runs.lost-after", UP_TO_AN_HOUR,
                    "How long a broken connection to a microVM is retried before the run counts as lost."),
            new Setting("runs.max-log-bytes", new Size(1L << 20, 1L << 40),
                    "Of one run's events; beyond it the oldest are dropped, and readers that have not got so far are told."),
            new Setting("runs.queue.max-runs", new Whole(1, 10_000_000),
                    "Runs that wait or are executed; beyond, an invocation is answered 503."),
            new Setting("runs.queue.max-runs-per-tenant", new Whole(1, 10_000_000), "The same for one tenant."),
            new Setting("runs.queue.max-receives", new Whole(1, 1000),
                    "How often a run is taken and not brought to an end before it is failed."),
            new Setting("runs.quota.runs-per-hour", LIMIT, "Of one tenant. -1 = no limit, 0 = none at all."),
            new Setting("runs.quota.runs-per-day", LIMIT,
                    "The same for a day; hours, days and months are those of UTC."),
            new Setting("runs.quota.billable-minutes-per-month", LIMIT, "Minutes that a tenant's runs may take."),
            new Setting("runs.quota.concurrent-runs", LIMIT, "Of one tenant, on all gateways."),
            new Setting("runs.quota.tenants", new Named(TENANT, LIMITS,
                    "a mapping from tenants to limits"),
                    "What differs for a tenant, such as acme: runs-per-hour=100 concurrent-runs=5."),
            new Setting("runs.quota.lease", new Time(Duration.ofSeconds(30), DAY),
                    "What a dead gateway had reserved stays reserved for twice that; more than a restart takes."),

            new Setting("skills.upload-validity", UP_TO_AN_HOUR, "How long an announced upload may take to arrive."),
            new Setting("skills.validators", new Whole(1, 64), "Packages that are checked at the same time."),
            new Setting("skills.scan-severity", new Named(SCAN_RULE, new Choice(List.of("block", "warn", "off")),
                    "a mapping from rules of the source scan (such as py.exec) to block, warn or off"),
                    "What findings of the source scan do, where that is to differ; src/docs/security-scan.md lists the rules."),
            new Setting("skills.dependencies.index-url", URL,
                    "Where requirements are looked for; empty = the installer's own index."),
            new Setting("skills.dependencies.extra-index-url", URL,
                    "A second index; empty = none. Credentials of either: $NETRC."),
            new Setting("skills.dependencies.find-links", new Text(Pattern.compile("(/[^\\p{Cntrl}]*)?"),
                    "an absolute path, or empty"), "A directory of wheels to look at as well; empty = none."),
            new Setting("skills.dependencies.offline", new Switch(), "Ask no index, only find-links."),
            new Setting("skills.dependencies.python-version", new Text(Pattern.compile("3\\.[0-9]{1,2}"),
                    "a version such as 3.13"), "Python of the AgentCore runtime that the wheels have to fit."),
            new Setting("skills.dependencies.timeout", UP_TO_AN_HOUR, "For bundling the requirements of one package."),
            new Setting("skills.dependencies.max-bytes", new Size(1024, 4L << 30), "All of them unpacked."),
            new Setting("skills.schedules.catch-up", new Time(Duration.ZERO, Duration.ofHours(12)),
                    "How late a scheduled time may still fire, never less than 2m; of several that late, one does."),
            new Setting("skills.schedules.pause-after", new Whole(1, 1000),
                    "Scheduled runs that fail in a row before the schedule pauses."),
            new Setting("skills.webhooks.timeout", new Time(Duration.ofMillis(100), Duration.ofMinutes(1)),
                    "For one try to deliver: look-up, connection, TLS, request and answer."),
            new Setting("skills.webhooks.max-concurrent", new Whole(1, 1000), "Tries at the same time."),
            new Setting("skills.webhooks.max-concurrent-per-endpoint", new Whole(1, 1000), "Of them, to one endpoint."),
            new Setting("skills.webhooks.max-waiting", new Whole(1, 1_000_000),
                    "Deliveries that may wait for one endpoint; more are given up at once."),
            new Setting("skills.webhooks.keep", new Time(Duration.ofHours(1), Duration.ofDays(3650)),
                    "How long a delivery that is done with stays in the log."),
            new Setting("skills.webhooks.allow-loopback", new Switch(),
                    "Webhooks may go to this machine itself, over http also: for trying things out, never where others are tenants."),
            new Setting("skills.webhooks.blocked", NETWORKS,
                    "Where webhooks may not go besides; private networks and this machine's own addresses are refused anyhow."),

            new Setting("agentcore.endpoint", URL,
                    "Base URL of AgentCore's data plane; empty = AWS's of the region. Embedded mode sets its emulator's."),
            new Setting("agentcore.region", REGION, "AWS region of the runtime."),
            new Setting("agentcore.runtime-arn", new Text(Pattern.compile("(arn:[!-~]{1,2000})?"), "an ARN, or empty"),
                    "The runtime that hosts skills. Embedded mode sets its emulator's."),
            new Setting("agentcore.qualifier", QUALIFIER, "The runtime's endpoint name."),
            new Setting("agentcore.connect-timeout", UP_TO_AN_HOUR,
                    "For a WebSocket upgrade; a cold microVM may take minutes."),
            new Setting("agentcore.ping", UP_TO_AN_HOUR, "Between WebSocket pings to AgentCore."),
            new Setting("agentcore.dead-after", UP_TO_AN_HOUR, "A connection without any answer for so long is dead."),
            new Setting("agentcore.max-connection-age", new Time(Duration.ofMillis(1), Duration.ofMinutes(59)),
                    "A connection is replaced before AgentCore cuts it after 60 minutes."),

            new Setting("agentcore.interpreter.environments", new Named(ENVIRONMENT,
                    new Text(Pattern.compile(INTERPRETER), "an interpreter's identifier"),
                    "a mapping from names (a lowercase letter, then lowercase letters, digits or '-', 48 at most) to interpreter identifiers"),
                    "What callers name an environment, and AgentCore's code interpreter behind it."),
            new Setting("agentcore.interpreter.default-environment", new Text(ENVIRONMENT, "a name of the mapping"),
                    "Where no caller names one."),
            new Setting("agentcore.interpreter.warm", new Whole(1, 1_000),
                    "Sessions kept warm for each tenant, user and environment, for stages that run in an interpreter."),
            new Setting("agentcore.interpreter.idle-timeout", UP_TO_A_DAY,
                    "A warm session that nobody used for so long is ended."),
            new Setting("agentcore.interpreter.lifetime", new Time(Duration.ofMinutes(20), Duration.ofHours(8)),
                    "Asked of AgentCore for a warm session; nothing extends it."),
            new Setting("agentcore.interpreter.sessions-per-user", new Whole(1, 1_000),
                    "Sessions that one user may hold open through the API."),
            new Setting("agentcore.interpreter.max-file-bytes", new Size(1024, 100_000_000),
                    "One file up or down through the API; AgentCore takes 100 MB."),

            new Setting("agents.*.runtime-arn", new Text(RuntimeArn.FORM, "a valid runtime ARN, or empty"),
                    "The AgentCore runtime of an agent that clients reach at /acp and its shells; empty = the emulator's own."),
            new Setting("agents.*.qualifier", QUALIFIER, "That runtime's endpoint name."),
            new Setting("agents.*.shell-command", new Text(Pattern.compile("(?=.*\\S)[^\\p{Cntrl}]{1,2500}"),
                    "a command line of at most 2500 characters, none of them a control character"),
                    "The agent's command line in the microVM."),
            new Setting("agents.*.cancel-strategy", new Choice(List.of("stop", "noop")),
                    "An agent that does not heed a cancel loses its microVM, or is let be."),
            new Setting("agents.*.cwd", new Text(Pattern.compile("(/[^\\p{Cntrl}]*)?"), "an absolute path, or empty"),
                    "Working directory of sessions in the microVM; empty = what the client says."),
            new Setting("agents.*.client-services", new Switch(),
                    "The agent may use the client's files and terminals."),
            new Setting("agents.*.permissions", new Choice(List.of("ask", "auto", "deny")),
                    "Who answers when the agent asks for permission: the client, or Weir with yes or no."),
            new Setting("agents.*.origins", ORIGINS,
                    "Web pages that may connect besides this gateway's own; programs that are no browsers always may."),
            new Setting("agents.*.tenants", new Text(Pattern.compile("\\*|" + TENANT + "( +" + TENANT + ")*"),
                    "tenants separated by spaces, or *"), "Whose callers may use the agent; * = everybody's."),

            new Setting("emulator.port", PORT, "Loopback port of the emulator; 0 = any free one."),
            new Setting("emulator.region", REGION, "The region it believes to be in; part of every signature."),
            new Setting("emulator.idle-timeout", new Time(Duration.ofMillis(1), DAY),
                    "A runtime session whose /ping says Healthy for so long is ended."),
            new Setting("emulator.max-lifetime", new Time(Duration.ofMillis(1), DAY),
                    "A runtime session is ended after so long, whatever it says."),
            new Setting("emulator.linger", new Time(Duration.ZERO, DAY),
                    "The process ends after so long without sessions, connections or calls; 0s = never, and 10 minutes for the one that serve starts."),
            new Setting("emulator.limits.max-message-bytes", new Size(1024, 1 << 30), "One WebSocket message."),
            new Setting("emulator.limits.max-messages-per-second", new Whole(1, 1_000_000),
                    "WebSocket messages of one connection."),
            new Setting("emulator.limits.connection-ttl", new Time(Duration.ofMillis(1), DAY),
                    "A WebSocket is cut after so long."),
            new Setting("emulator.faults.cold-start", ZERO_TO_AN_HOUR, "Added to the first call of a session."),
            new Setting("emulator.faults.conflict-while-provisioning", new Switch(),
                    "Other calls during a cold start are answered 409 instead of waiting."),
            new Setting("emulator.faults.cut-every", ZERO_TO_AN_HOUR,
                    "Every WebSocket is cut, without a close frame, after so long; 0s = never."),
            new Setting("emulator.faults.slow-reader", ZERO_TO_AN_HOUR,
                    "Pause after each message read from a client; 0s = none."),
            new Setting("emulator.shells.handshake", new Choice(List.of("confirmed", "late", "twice", "silent")),
                    "When a command shell's status comes: first, after output, again after the replay, or never."),
            new Setting("emulator.shells.replay", new Choice(List.of("all", "detached")),
                    "Output given to who connects again: all that is kept, or what was put out while nobody was connected."),
            new Setting("emulator.interpreters.ids",
                    new Text(Pattern.compile("(" + INTERPRETER + "( +" + INTERPRETER + ")*)?"),
                            "interpreter identifiers separated by spaces, or empty"),
                    "Code interpreters besides aws.codeinterpreter.v1."),
            new Setting("emulator.interpreters.max-sessions", new Whole(0, 100_000),
                    "Interpreter sessions open at a time; one more is refused with 402."),
            new Setting("emulator.interpreters.calls-per-second", new Whole(1, 1_000_000),
                    "Calls of each interpreter operation; one more is answered 429."),
            new Setting("emulator.interpreters.throttle-in-stream", new Whole(0, 1_000_000),
                    "Every so many tool calls are throttled inside their event stream; 0 = none."),
            new Setting("emulator.runtimes", new Named(RUNTIME, WORDS,
                    "a mapping from names (a letter, then letters, digits, '_' or '-', 48 at most) to command lines"),
                    "Further runtimes: a name, and the command line that serves one session on the port in $PORT."),

            new Setting("log.format", new Choice(List.of("text", "json")), "How log lines on standard error look."),
            new Setting("log.level", new Choice(List.of("debug", "info", "warn", "error")), "What is logged."));

    private Settings() {}

    /** The setting that {@code key} belongs to: its own, or the open one that it names an entry of. */
    static Optional<Setting> of(String key) {
        return ALL.stream()
                .filter(setting -> setting.covers(key))
                .findFirst();
    }
}
