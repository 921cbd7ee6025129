/** JSON Schema documents compiled into checks that name every violation and echo no value. */
package dev.weir.wire.schema;
