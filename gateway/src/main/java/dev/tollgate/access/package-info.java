/**
 * Who calls: keys and tenants held in memory, what they may call and use, and how they are changed.
 *
 * <p>May use model. Owns {@link dev.tollgate.access.KeyStore} and {@link
 * dev.tollgate.access.TenantStore}, which the store package implements.
 */
@NullMarked
package dev.tollgate.access;

import org.jspecify.annotations.NullMarked;
