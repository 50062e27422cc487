/**
 * Operations whose request is a form with files ({@code multipart/form-data}): transcriptions and
 * translations of sound, edits and variations of images. Uses {@code model}, {@code wire.json},
 * {@code wire.single} and, for errors, {@code wire.openai}.
 */
@NullMarked
package dev.tollgate.wire.form;

import org.jspecify.annotations.NullMarked;
