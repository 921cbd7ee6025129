/** The web page: a person invokes a skill and watches its output live. */
package dev.weir.edge.console;
