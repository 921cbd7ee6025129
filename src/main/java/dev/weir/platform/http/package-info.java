/** Outbound HTTP on Vert.x, and the AWS SDK's HTTP client port on top of it. */
package dev.weir.platform.http;
