/** The composition root: builds the object graph for a mode, starts and stops it in order. */
package dev.weir.app;
