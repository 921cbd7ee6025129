package dev.weir.bench.fanout;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a table shows of a measurement.
 *
 * @param fault why it is worth nothing; empty if everything came exactly once and in order
 */
record Sample(double perSecond, Latencies.Summary millis, double cpuPerMillion, double clientShare, String fault) {
    static Sample of(Outcome outcome) {
        return new Sample(outcome.deliveriesPerSecond(), outcome.steady().millis(), outcome.cost().perMillion(),
                outcome.cost().clientShare(), outcome.exact() ? "" : fault(outcome));
    }

    private static String fault(Outcome outcome) {
        Outcome.Group all = outcome.steady();
        return outcome.end() + " (missing " + (all.missing() + outcome.slow().missing()) + ", " + all.counts() + ")";
    }

    /** What fanload says. */
    static Sample of(JsonNode said) {
        JsonNode micros = said.path("latency_us");
        return new Sample(said.path("deliveries_per_s").asDouble(),
                new Latencies.Summary(micros.path("p50").asDouble() / 1e3, micros.path("p99").asDouble() / 1e3,
                        micros.path("p999").asDouble() / 1e3, micros.path("max").asDouble() / 1e3),
                said.path("server_cpu_us_per_delivery").asDouble(), said.path("tool_cpu_frac").asDouble(),
                said.path("ok").asBoolean() ? "" : said.path("stop").asText());
    }

    /** Of each figure the median. */
    static Sample median(List<Sample> samples) {
        return new Sample(median(samples, Sample::perSecond),
                new Latencies.Summary(median(samples, one -> one.millis().p50()),
                        median(samples, one -> one.millis().p99()), median(samples, one -> one.millis().p999()),
                        median(samples, one -> one.millis().max())),
                median(samples, Sample::cpuPerMillion), median(samples, Sample::clientShare),
                samples.stream().map(Sample::fault).filter(fault -> !fault.isEmpty()).findFirst().orElse(""));
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        double[] sorted = samples.stream().mapToDouble(figure).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
