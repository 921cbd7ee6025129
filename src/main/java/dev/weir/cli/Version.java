package dev.weir.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints; the number is in the jar's manifest. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String number = Version.class.getPackage().getImplementationVersion();
        return new String[]{"weir " + (number == null ? "(not packaged)" : number) + ", Java " + Runtime.version()};
    }
}
