/** Which environment variables a handler may see. */
package dev.weir.feature.env;
