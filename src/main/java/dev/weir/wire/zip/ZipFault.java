package dev.weir.wire.zip;

/**
 * One reason why an archive is refused.
 *
 * @param entry the entry's name made printable, at most 260 characters; empty for the archive as a whole
 * @param message for people; holds nothing of the archive's content
 */
public record ZipFault(ZipRule rule, String entry, String message) {}
