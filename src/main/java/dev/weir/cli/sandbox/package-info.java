/** The words of {@code weir sandbox}: read as the program of the same purpose reads them that came before it. */
package dev.weir.cli.sandbox;
