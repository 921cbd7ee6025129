/** What runs inside the skill container: /ping, /invocations and /ws, and the Python child it starts. */
package dev.weir.runner;
