/** Whole stories, told to the distribution as a process of its own over real sockets. */
package dev.weir.scenario;
