package dev.weir.cli.skill;

/** Judges a package as a gateway would on its arrival, without one. Blocking. */
@FunctionalInterface
public interface Check {
    /**
     * The verdict; what is wrong with the package is a finding, never an exception.
     *
     * @param skill whose package it would be, a legal id
     * @param zip the package, as it would be uploaded
     */
    CheckResult check(String skill, byte[] zip);
}
