/** Software that nobody here wrote, and a person's own tools, against the packaged product. */
package dev.weir.foreign;
