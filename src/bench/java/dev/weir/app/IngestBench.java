package dev.weir.app;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What the way in costs: {@code large} (one run with 200 MB of output), {@code many} (500 runs of 10 events/s) and {@code invoke}
 * (requests/s and latency to their 202); without a name all three. The rest are settings of the one that is named:
 *
 * <ul>
 * <li>large: {@code mb=200}, {@code how=print} or {@code yield}, {@code java=} options of the gateway's JVM, and any key of the configuration
 * <li>many: {@code runs=500}, {@code rate=10}, {@code seconds=30}
 * <li>invoke: {@code rate=100}, {@code seconds=10}, {@code outstanding=64}
 * </ul>
 */
public final class IngestBench {
    private static final Pattern SPACE = Pattern.compile("\\s+");

    private IngestBench() {}

    public static void main(String[] arguments) throws Exception {
        System.setProperty("weir.log.level", "warn"); // read when the first logger is made
        List<String> all = Arrays.stream(arguments).flatMap(SPACE::splitAsStream).filter(each -> !each.isBlank())
                .toList();
        Map<String, String> settings = new HashMap<>();
        all.stream().filter(each -> each.contains("=")).forEach(each -> {
            int equals = each.indexOf('=');
            settings.put(each.substring(0, equals), each.substring(equals + 1));
        });
        List<String> named = all.stream().filter(each -> !each.contains("=")).toList();
        for (String each : named.isEmpty() ? List.of("large", "many", "invoke") : named) {
            switch (each) {
                case "large" -> large(new HashMap<>(settings));
                case "many" -> new ManyRuns(number(settings, "runs", 500), number(settings, "rate", 10),
                        number(settings, "seconds", 30)).run();
                case "invoke" -> new InvokeBench(number(settings, "rate", 100), number(settings, "seconds", 10),
                        number(settings, "outstanding", 64)).run();
                default -> throw new IllegalArgumentException("large, many or invoke, not " + each);
            }
        }
        System.exit(0);
    }

    private static void large(Map<String, String> settings) throws Exception {
        long bytes = 1_000_000L * number(settings, "mb", 200);
        String how = settings.getOrDefault("how", "print");
        String java = settings.getOrDefault("java", "");
        List.of("mb", "how", "java").forEach(settings::remove);
        new LargeRun(bytes, how).run(java,
                settings.entrySet().stream().map(each -> each.getKey() + "=" + each.getValue()).toList());
    }

    private static int number(Map<String, String> settings, String name, int otherwise) {
        return Integer.parseInt(settings.getOrDefault(name, Integer.toString(otherwise)));
    }
}
