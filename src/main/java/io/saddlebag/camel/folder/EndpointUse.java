package io.saddlebag.camel.folder;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * An endpoint as it is written in a file.
 *
 * @param consumes whether a route starts with it
 * @param uri as written, without its query
 * @param options from the query and the {@code parameters} beside it
 */
record EndpointUse(boolean consumes, String uri, Place place, Map<String, Option> options) {

    record Option(String value, Place place) {}

    /** @param uri with its query, whose options are added to those beside it */
    static EndpointUse of(boolean consumes, String uri, Place place, Map<String, Option> beside) {
        Map<String, Option> options = new LinkedHashMap<>();
        int question = queryMark(uri);
        if (question > 0) {
            for (String pair : uri.substring(question + 1).split("&")) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    options.put(pair.substring(0, equals), new Option(decode(pair.substring(equals + 1)), place));
                }
            }
            options.putAll(beside);
            return new EndpointUse(consumes, uri.substring(0, question), place, options);
        }
        options.putAll(beside);
        return new EndpointUse(consumes, uri, place, options);
    }

    /** One within a placeholder begins no query: {@code {{?name}}}, {@code {{name:timer:default?delay=1}}}; -1 for none. */
    private static int queryMark(String uri) {
        int depth = 0;
        for (int i = 0; i < uri.length(); i++) {
            if (uri.startsWith("{{", i)) {
                depth++;
                i++;
            } else if (depth > 0 && uri.startsWith("}}", i)) {
                depth--;
                i++;
            } else if (depth == 0 && uri.charAt(i) == '?') {
                return i;
            }
        }
        return -1;
    }

    private static String decode(String value) {
        if (value.startsWith("RAW(") || value.startsWith("RAW{")) {
            return value.substring(4, Math.max(4, value.length() - 1));
        }
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // a lone per cent sign: Camel takes it as it stands
            return value;
        }
    }

    String scheme() {
        int colon = uri.indexOf(':');
        return colon < 0 ? uri : uri.substring(0, colon);
    }

    boolean hasPath() {
        return uri.indexOf(':') >= 0;
    }

    /** Whether the URI is only known when a message comes. */
    boolean isDynamic() {
        return uri.contains("${") || uri.contains("$simple{");
    }

    /** The same with other texts; a whole URI with its query may come in. */
    EndpointUse map(UnaryOperator<String> change) {
        Map<String, Option> changed = new LinkedHashMap<>();
        options.forEach((name, option) ->
                changed.put(change.apply(name), new Option(change.apply(option.value()), option.place())));
        return of(consumes, change.apply(uri), place, changed);
    }

    EndpointUse at(Place other) {
        Map<String, Option> moved = new LinkedHashMap<>();
        options.forEach((name, option) -> moved.put(name, new Option(option.value(), other)));
        return new EndpointUse(consumes, uri, other, moved);
    }

    String value(String option) {
        Option given = options.get(option);
        return given == null ? "" : given.value();
    }
}
