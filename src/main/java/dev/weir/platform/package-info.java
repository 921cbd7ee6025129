/** Everything outside the process, behind feature ports, named by technology. */
package dev.weir.platform;
