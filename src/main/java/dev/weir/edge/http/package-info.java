/** Router, one Routes class per resource, authentication, problem documents. */
package dev.weir.edge.http;
