/**
 * Requests and answers of the management API: fields as data, one reader and one set of refusals.
 *
 * <p>May use what admin may use.
 */
@NullMarked
package dev.tollgate.admin.form;

import org.jspecify.annotations.NullMarked;
