package dev.weir.config;

import java.time.Duration;

/**
 * How what a skill's {@code requirements.txt} asks for is found and bundled. Credentials of a private index belong into the file that the
 * environment variable {@code NETRC} names.
 *
 * @param indexUrl the package index; empty = the installer's own
 * @param extraIndexUrl asked as well; empty = none
 * @param findLinks a directory of wheels, looked at as well; empty = none
 * @param offline ask no index at all, only {@code findLinks}
 * @param pythonVersion of AgentCore's runtime
 * @param timeout for everything one package needs
 * @param maxBytes of everything one package needs, unpacked
 */
public record DependenciesConfig(String indexUrl, String extraIndexUrl, String findLinks, boolean offline,
        String pythonVersion, Duration timeout, long maxBytes) {
    public static final DependenciesConfig DEFAULT = new DependenciesConfig("", "", "", false, "3.13",
            Duration.ofMinutes(5), 250L * 1024 * 1024);
}
