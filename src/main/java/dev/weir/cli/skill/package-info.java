/** {@code weir skill}: the platform from a terminal. */
package dev.weir.cli.skill;
