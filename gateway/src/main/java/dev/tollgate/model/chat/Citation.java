package dev.tollgate.model.chat;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a piece of text rests on.
 *
 * @param url the page, null if it is a document of the prompt
 * @param title its title
 * @param quote the words cited
 * @param from first character of the text that it is for, -1 where the dialect does not say
 * @param to character behind the last, -1 where the dialect does not say
 * @param original the citation in its provider's own words
 */
public record Citation(
    @Nullable String url,
    @Nullable String title,
    @Nullable String quote,
    int from,
    int to,
    JsonNode original) {}
