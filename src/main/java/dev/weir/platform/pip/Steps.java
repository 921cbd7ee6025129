package dev.weir.platform.pip;

import dev.weir.config.DependenciesConfig;
import dev.weir.feature.skill.DependencyBundler.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The command lines of the installers. In all of them: no package is built, because building runs its code; nobody is asked; no
 * configuration but ours is read. The index is named in the requirements file, where a list of processes does not show it.
 *
 * @param work where requirements, reports and temporary files are
 */
record Steps(DependenciesConfig config, Path work, Path target, Target platform) {
    static final String INPUT = "requirements.in";
    static final String COMPILED = "compiled.txt";
    static final String REPORT = "report.json";
    static final String WHEELS_ONLY = "wheels_only.py";

    /** The newest first: an installer takes the first tag that a wheel has. */
    private static final List<String> MANYLINUX = List.of("manylinux_2_28_aarch64", "manylinux_2_26_aarch64",
            "manylinux_2_24_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64");
    /** How a network is reached, and by whom: not for us to choose. */
    private static final List<String> PASSED_ON = List.of("PATH", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY",
            "https_proxy", "http_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "NETRC");

    /**
     * One go: pip resolves, checks hashes, installs and reports. It is run by a program of ours, because {@code --only-binary} does not
     * hold for what a dependency asks for by URL.
     */
    List<String> pip(Path python) {
        List<String> command = new ArrayList<>(List.of(python.toString(), "-I", "-B",
                work.resolve(WHEELS_ONLY).toString(), "--isolated", "--no-input",
                "--disable-pip-version-check", "--no-cache-dir", "--no-color", "install", "--quiet",
                "--only-binary", ":all:", "--no-compile", "--no-warn-conflicts", "--progress-bar", "off",
                "--target", target.toString(), "--report", work.resolve(REPORT).toString()));
        if (platform == Target.AGENTCORE) {
            MANYLINUX.forEach(tag -> command.addAll(List.of("--platform", tag)));
            String digits = config.pythonVersion().replace(".", "");
            command.addAll(List.of("--python-version", config.pythonVersion(), "--implementation", "cp", "--abi",
                    "cp" + digits, "--abi", "abi3", "--abi", "none"));
        }
        command.addAll(List.of("-r", work.resolve(INPUT).toString()));
        return command;
    }

    /**
     * uv reports nothing about an installation, so it first says what it chooses. By its design, a URL that is not in the requirements
     * themselves is refused; with {@code --no-build} nothing is built, wherever it comes from.
     */
    List<String> uvCompile(Path uv) {
        List<String> command = new ArrayList<>(List.of(uv.toString(), "pip", "compile", "--no-config", "--quiet",
                "--no-header", "--no-annotate", "--generate-hashes", "--no-build", "--color", "never",
                "--output-file", work.resolve(COMPILED).toString()));
        uvPlatform(command);
        command.add(work.resolve(INPUT).toString());
        return command;
    }

    /** Installs exactly what was chosen. */
    List<String> uvInstall(Path uv) {
        List<String> command = new ArrayList<>(List.of(uv.toString(), "pip", "install", "--no-config", "--quiet",
                "--no-build", "--no-deps", "--require-hashes", "--color", "never", "--target", target.toString()));
        uvPlatform(command);
        command.addAll(List.of("-r", work.resolve(INPUT).toString()));
        return command;
    }

    private void uvPlatform(List<String> command) {
        if (platform == Target.AGENTCORE) {
            command.addAll(List.of("--python-platform", "aarch64-manylinux_2_28", "--python-version",
                    config.pythonVersion()));
        }
    }

    /** The head of a requirements file: where to look. */
    String sources() {
        StringBuilder head = new StringBuilder();
        if (config.offline()) {
            head.append("--no-index\n");
        } else {
            if (!config.indexUrl().isEmpty()) {
                head.append("--index-url ").append(config.indexUrl()).append('\n');
            }
            if (!config.extraIndexUrl().isEmpty()) {
                head.append("--extra-index-url ").append(config.extraIndexUrl()).append('\n');
            }
        }
        if (!config.findLinks().isEmpty()) {
            head.append("--find-links ").append(Path.of(config.findLinks()).toUri()).append('\n');
        }
        return head.toString();
    }

    /** All that the installer sees of the gateway's environment, and a home without anything in it. */
    Map<String, String> environment(Map<String, String> ours) {
        Map<String, String> theirs = new TreeMap<>();
        PASSED_ON.stream().filter(ours::containsKey).forEach(name -> theirs.put(name, ours.get(name)));
        String home = work.resolve("home").toString();
        theirs.putAll(Map.of("HOME", home, "XDG_CONFIG_HOME", home, "XDG_CACHE_HOME", home, "XDG_DATA_HOME", home,
                "TMPDIR", work.resolve("tmp").toString(), "LANG", "C.UTF-8", "PIP_CONFIG_FILE", "/dev/null",
                // Lines are not broken, so that what must not be shown is found in them.
                "COLUMNS", "4000"));
        theirs.putAll(Map.of("UV_CACHE_DIR", work.resolve("home").resolve("uv").toString(), "UV_PYTHON_DOWNLOADS",
                "never", "UV_LINK_MODE", "copy"));
        return theirs;
    }
}
