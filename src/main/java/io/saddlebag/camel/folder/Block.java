package io.saddlebag.camel.folder;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a file: a route, a template of routes, a route configuration or an instance of a template.
 *
 * @param id its id; of an instance the id that its route gets; null when it has none
 * @param template of an instance the id of its template, else null
 * @param handlesErrors whether it says itself what happens when a step fails
 * @param configurations ids or patterns of the route configurations it asks for; empty when it names none
 * @param parameters of a template those it declares, of an instance those it gives
 * @param readsExitValue whether it looks at the exit code of a command by itself
 */
record Block(
        Kind kind,
        @Nullable String id,
        Place place,
        @Nullable String template,
        boolean handlesErrors,
        List<Named> configurations,
        Map<String, Parameter> parameters,
        List<EndpointUse> endpoints,
        List<Named> beans,
        boolean readsExitValue) {

    /** In the order in which they must be loaded. */
    enum Kind {
        CONFIGURATION(1),
        TEMPLATE(2),
        ROUTE(3),
        INSTANCE(4);

        private final int rank;

        Kind(int rank) {
            this.rank = rank;
        }

        int rank() {
            return rank;
        }
    }

    /** A name that refers to something. */
    record Named(String name, Place place) {}

    /** @param value the default of a template's parameter, or what an instance gives; null when there is none */
    record Parameter(@Nullable String value, boolean required, Place place) {}

    boolean is(Kind other) {
        return kind == other;
    }

    /** An instance without an id of its own, or a route without one, isn't compared with others. */
    String label() {
        return id == null ? "a route without id" : "'" + id + "'";
    }
}
