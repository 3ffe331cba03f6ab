package io.saddlebag.camel.folder;

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

    /** @param inQuery whether it stands in the URI, where {@code +} is a blank */
    record Option(String value, Place place, boolean inQuery) {}

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

    /** The same with other values, all of them standing where somebody gave them. */
    EndpointUse map(UnaryOperator<String> change) {
        Map<String, Option> changed = new LinkedHashMap<>();
        options.forEach((name, option) -> changed.put(
                change.apply(name), new Option(change.apply(option.value()), option.place(), option.inQuery())));
        return new EndpointUse(consumes, change.apply(uri), place, changed);
    }

    EndpointUse at(Place other) {
        Map<String, Option> moved = new LinkedHashMap<>();
        options.forEach((name, option) -> moved.put(name, new Option(option.value(), other, option.inQuery())));
        return new EndpointUse(consumes, uri, other, moved);
    }

    String value(String option) {
        Option given = options.get(option);
        return given == null ? "" : given.value();
    }
}
