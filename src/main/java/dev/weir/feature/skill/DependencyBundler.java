package dev.weir.feature.skill;

import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;

/** Brings what a skill's {@code requirements.txt} asks for into a directory, without running any code of it: wheels only. */
public interface DependencyBundler {
    /** Whose machine the wheels have to fit. */
    enum Target {
        /** The one this gateway runs on. */
        THIS_MACHINE,
        /** AgentCore's microVMs: Linux on aarch64. */
        AGENTCORE
    }

    /**
     * One package as it was chosen.
     *
     * @param name in its normal form (PEP 503)
     * @param sha256 of the wheels that may stand for it, in hexadecimal; at least one
     */
    record Resolved(String name, String version, List<String> sha256) {
        public Resolved {
            sha256 = List.copyOf(sha256);
        }
    }

    /**
     * What came of it.
     *
     * @param packages by name; empty if nothing was asked for, or if a finding is of severity {@code error}
     */
    record Bundle(List<Resolved> packages, List<Finding> findings) {
        public Bundle {
            packages = List.copyOf(packages);
            findings = List.copyOf(findings);
        }

        /** Whether the target directory may be used. */
        public boolean isUsable() {
            return findings.stream().noneMatch(finding -> finding.severity().equals("error"));
        }
    }

    /**
     * Installs into {@code targetDirectory}, which is made if absent and must be empty, and records what was chosen in its file
     * {@code requirements.lock}. Bounded in time, memory and size. What is wrong with the requirements is a finding; the directory is
     * then empty. The future always completes; it fails only if this machine does (its disk, its memory).
     */
    Future<Bundle> bundle(Path requirementsFile, Path targetDirectory, Target platform);
}
