package io.saddlebag.camel.folder;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.dsl.yaml.common.exception.UnknownNodeIdException;
import org.apache.camel.dsl.yaml.common.exception.UnsupportedFieldException;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Turns what Camel throws when it can't build a route into a finding with a place. */
final class FailureReader {
    private static final Pattern PROPERTY = Pattern.compile("Property with key \\[([^]]+)]");
    private static final Pattern QUOTED_FIELD = Pattern.compile("(?:Unsupported field|Unknown node id): (\\S+)");
    private static final int MAX_CAUSES = 20;

    private final RouteDocument document;
    private final RouteRule otherwise;

    /** @param otherwise what a failure is that isn't one of the known kinds */
    FailureReader(RouteDocument document, RouteRule otherwise) {
        this.document = document;
        this.otherwise = otherwise;
    }

    Finding read(Throwable failure) {
        List<Throwable> causes = causes(failure);
        for (Throwable cause : causes) {
            Finding finding = known(cause);
            if (finding != null) {
                return finding;
            }
        }
        Throwable root = causes.get(causes.size() - 1);
        return finding(
                route(causes),
                otherwise,
                firstLine(root),
                otherwise == RouteRule.CANNOT_START
                        ? "Mend what it names; it is tried again by itself."
                        : "Mend what it names; 'camel.apache.org' documents the step or endpoint.");
    }

    private @Nullable Finding known(Throwable cause) {
        if (cause instanceof MarkedYamlEngineException marked) {
            return yaml(marked);
        }
        String message = String.valueOf(cause.getMessage());
        Matcher property = PROPERTY.matcher(message);
        if (property.find()) {
            String key = property.group(1);
            return finding(
                    placeOf("{{" + key),
                    RouteRule.UNKNOWN_PROPERTY,
                    "there is no property '" + key + "'",
                    "Set it in the configuration, or write '{{" + key + ":default}}'.");
        }
        if (cause instanceof NoSuchBeanException bean && bean.getName() != null) {
            return finding(
                    placeOf(bean.getName()),
                    RouteRule.MISSING_BEAN,
                    "there is no bean '" + bean.getName() + "'",
                    "Declare it under 'beans:', bind it in the application, or mend the name.");
        }
        if (cause instanceof ResolveEndpointFailedException endpoint) {
            return endpoint(endpoint);
        }
        return null;
    }

    private Finding yaml(MarkedYamlEngineException failure) {
        Place place = failure.getProblemMark()
                .map(mark -> new Place(mark.getLine() + 1, mark.getColumn() + 1))
                .orElse(Place.UNKNOWN);
        String problem = failure.getProblem() == null ? firstLine(failure) : failure.getProblem();
        Matcher field = QUOTED_FIELD.matcher(problem);
        boolean unknown = failure instanceof UnsupportedFieldException || failure instanceof UnknownNodeIdException;
        if (unknown && field.find()) {
            String name = field.group(1);
            // Camel's mark is that of the value; the name stands on the same line or just above
            return finding(
                    placeOfKey(name, place),
                    RouteRule.UNKNOWN_STEP,
                    "there is no step or field '" + name + "' here",
                    Suggestion.hint(name, StepNames.all()));
        }
        return finding(
                place,
                RouteRule.UNKNOWN_STEP,
                lower(problem),
                "Compare with the step's form in Camel's YAML DSL; often it is one indent too much or too little.");
    }

    private @Nullable Finding endpoint(ResolveEndpointFailedException failure) {
        String uri = failure.getUri();
        String message = firstLine(failure);
        Throwable cause = failure.getCause();
        if (cause != null) {
            Finding inner = cause instanceof NoSuchBeanException || cause instanceof MarkedYamlEngineException
                    ? known(cause)
                    : null;
            if (inner != null
                    || PROPERTY.matcher(String.valueOf(cause.getMessage())).find()) {
                return inner == null ? known(cause) : inner;
            }
        }
        int due = message.indexOf("due to: ");
        String why = due < 0 ? message : message.substring(due + "due to: ".length());
        boolean unknown = why.contains("parameters that couldn't be set");
        return finding(
                placeOfEndpoint(uri),
                unknown
                        ? RouteRule.UNKNOWN_OPTION
                        : otherwise == RouteRule.CANNOT_START ? otherwise : RouteRule.INVALID_OPTION,
                "endpoint '" + scheme(uri) + "' can't be made: " + lower(why),
                unknown ? "Remove the option or mend its name." : "Mend the endpoint's path or options.");
    }

    private static String scheme(@Nullable String uri) {
        if (uri == null) {
            return "?";
        }
        int colon = uri.indexOf(':');
        return colon < 0 ? uri : uri.substring(0, colon);
    }

    /** The route whose id stands in one of the messages. */
    private Place route(List<Throwable> causes) {
        for (Block block : document.blocks()) {
            String id = block.id();
            if (id != null
                    && causes.stream()
                            .anyMatch(
                                    cause -> String.valueOf(cause.getMessage()).contains(id))) {
                return block.place();
            }
        }
        return document.blocks().isEmpty()
                ? Place.UNKNOWN
                : document.blocks().get(0).place();
    }

    private Place placeOf(String part) {
        List<ScalarNode> found = document.scalars(text -> text.contains(part));
        return found.isEmpty() ? Place.UNKNOWN : Place.of(found.get(0));
    }

    private Place placeOfKey(String name, Place near) {
        Place best = near;
        for (ScalarNode node : document.scalars(name::equals)) {
            Place place = Place.of(node);
            if (place.line() <= near.line()) {
                best = place;
            }
        }
        return best;
    }

    private Place placeOfEndpoint(@Nullable String uri) {
        if (uri == null) {
            return Place.UNKNOWN;
        }
        int question = uri.indexOf('?');
        String path = (question < 0 ? uri : uri.substring(0, question)).replace("://", ":");
        Place sameScheme = Place.UNKNOWN;
        for (Block block : document.blocks()) {
            for (EndpointUse use : block.endpoints()) {
                if (use.hasPath() && use.uri().replace("://", ":").equals(path)) {
                    return use.place();
                }
                if (sameScheme.equals(Place.UNKNOWN) && use.scheme().equals(scheme(uri))) {
                    sameScheme = use.place();
                }
            }
        }
        return sameScheme;
    }

    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        Throwable next = failure;
        while (next != null && causes.size() < MAX_CAUSES && !causes.contains(next)) {
            causes.add(next);
            next = next.getCause();
        }
        return causes;
    }

    private static String firstLine(Throwable failure) {
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return failure.getClass().getSimpleName();
        }
        return message.lines().findFirst().orElse(message);
    }

    private static String lower(String text) {
        return text.isEmpty() ? text : text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
    }

    private Finding finding(Place place, RouteRule rule, String message, String hint) {
        String plain = message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
        return Finding.at(document.file(), place, rule, plain, hint);
    }
}
