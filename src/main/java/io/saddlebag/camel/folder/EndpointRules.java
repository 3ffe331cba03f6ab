package io.saddlebag.camel.folder;

import io.saddlebag.camel.folder.Block.Kind;
import io.saddlebag.camel.folder.Block.Parameter;
import io.saddlebag.camel.folder.EndpointUse.Option;
import io.saddlebag.camel.folder.RouteWorld.Declared;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.catalog.EndpointValidationResult;
import org.apache.camel.catalog.impl.DefaultRuntimeCamelCatalog;
import org.apache.camel.tooling.model.BaseOptionModel;
import org.apache.camel.tooling.model.ComponentModel;
import org.jspecify.annotations.Nullable;

/** Endpoints, their options and the habits of Camel's components that lose backups. */
final class EndpointRules {
    private static final String COMPONENTS = "META-INF/services/org/apache/camel/component.properties";

    /** {@code #name} or {@code #bean:name}; {@code #class:} and the like make their own. */
    private static final Pattern REFERENCE = Pattern.compile("#(?:bean:)?([A-Za-z_][\\w.-]*)");

    private final RouteWorld world;
    private final CamelContext scratch;
    private final DefaultRuntimeCamelCatalog catalog = new DefaultRuntimeCamelCatalog();

    EndpointRules(RouteWorld world, CamelContext scratch) {
        this.world = world;
        this.scratch = scratch;
        catalog.setCamelContext(scratch);
    }

    List<Finding> check(RouteDocument document) {
        List<Finding> findings = new ArrayList<>();
        for (Block block : document.blocks()) {
            for (EndpointUse use : block.endpoints()) {
                check(document, block, resolve(use, block), findings);
            }
            checkBeans(document, block, findings);
            if (block.is(Kind.INSTANCE) && block.template() != null) {
                checkInstance(document, block, world.template(block.template()), findings);
            }
        }
        return findings;
    }

    /** An instance is checked as the route it becomes, and only for what its own parameters bring in. */
    private void checkInstance(
            RouteDocument document, Block instance, @Nullable Declared template, List<Finding> findings) {
        if (template == null) {
            return;
        }
        for (EndpointUse use : template.block().endpoints()) {
            EndpointUse filled = use.map(text -> fill(text, template.block(), instance));
            boolean knownWithTemplate = !use.scheme().contains("{{") && !exists(use.scheme());
            if (!filled.equals(use) && !knownWithTemplate) {
                check(document, template.block(), resolve(filled.at(place(use, instance)), instance), findings);
            }
        }
    }

    private static String fill(String text, Block template, Block instance) {
        String filled = text;
        for (Map.Entry<String, Parameter> declared : template.parameters().entrySet()) {
            Parameter given = instance.parameters().getOrDefault(declared.getKey(), declared.getValue());
            if (given.value() != null) {
                filled = filled.replace("{{" + declared.getKey() + "}}", given.value())
                        .replace("{{?" + declared.getKey() + "}}", given.value());
            }
        }
        return filled;
    }

    private static Place place(EndpointUse use, Block instance) {
        for (Map.Entry<String, Parameter> given : instance.parameters().entrySet()) {
            String placeholder = "{{" + given.getKey() + "}}";
            if (use.uri().contains(placeholder)
                    || use.options().values().stream()
                            .anyMatch(option -> option.value().contains(placeholder))) {
                return given.getValue().place();
            }
        }
        return instance.place();
    }

    /** Puts in properties as far as they are known; a template's parameters aren't. */
    private EndpointUse resolve(EndpointUse use, Block block) {
        if (block.is(Kind.TEMPLATE)) {
            return use;
        }
        return use.map(text -> {
            if (!text.contains("{{")) {
                return text;
            }
            try {
                String resolved = scratch.resolvePropertyPlaceholders(text);
                // null for an optional one, such as {{?family}}, that nobody gave: the option is left out then
                return resolved == null ? text : resolved;
            } catch (RuntimeException e) {
                // reported by the dry run, which knows the property's name
                return text;
            }
        });
    }

    private void check(RouteDocument document, Block block, EndpointUse use, List<Finding> findings) {
        String scheme = use.scheme();
        if (use.isDynamic() || scheme.contains("{{") || scheme.isBlank()) {
            return;
        }
        if (!exists(scheme)) {
            Set<String> names = catalogued();
            findings.add(finding(
                    document,
                    use.place(),
                    RouteRule.UNKNOWN_SCHEME,
                    "there is no component '" + scheme + "'",
                    names.contains(scheme)
                            ? "A jar lists it, and it can't be made: that jar isn't whole."
                            : Suggestion.hint(scheme, names)));
            return;
        }
        ComponentModel model = catalog.componentModel(scheme);
        if (model != null) {
            checkOptions(document, use, model, findings);
        }
        checkReferences(document, use, findings);
        checkCron(document, use, findings);
        checkHabits(document, block, use, findings);
    }

    private boolean exists(String scheme) {
        return scratch.getComponent(scheme, true, false) != null;
    }

    /** Names for a hint only, so what can't be read is left out. */
    private Set<String> catalogued() {
        Set<String> names = new TreeSet<>(scratch.getComponentNames());
        var lists = scratch.getClassResolver().loadAllResourcesAsURL(COMPONENTS);
        while (lists != null && lists.hasMoreElements()) {
            try (InputStream in = lists.nextElement().openStream()) {
                Properties properties = new Properties();
                properties.load(in);
                names.addAll(List.of(properties.getProperty("components", "").split(" ")));
            } catch (IOException e) {
                // a list that can't be read only makes the hint shorter
            }
        }
        names.remove("");
        return names;
    }

    private void checkOptions(RouteDocument document, EndpointUse use, ComponentModel model, List<Finding> findings) {
        Map<String, String> given = new HashMap<>();
        use.options().forEach((name, option) -> given.put(name, option.value()));
        EndpointValidationResult result = catalog.validateProperties(model.getScheme(), given);
        if (!model.isLenientProperties()) {
            for (String name : orEmpty(result.getUnknown())) {
                findings.add(finding(
                        document,
                        place(use, name),
                        RouteRule.UNKNOWN_OPTION,
                        "option '" + name + "' is unknown to '" + model.getScheme() + "'",
                        Suggestion.hint(name, names(model))));
            }
        }
        Map<String, String> invalid = new HashMap<>();
        put(invalid, result.getInvalidBoolean(), "true or false");
        put(invalid, result.getInvalidDuration(), "a duration such as 5s, 10m or 1h30m");
        put(invalid, result.getInvalidNumber(), "a number");
        Map<String, String[]> choices = result.getInvalidEnumChoices();
        if (choices != null) {
            choices.forEach((name, valid) -> invalid.put(name, String.join(", ", valid)));
        }
        orEmpty(result.getInvalidInteger()).forEach((name, value) -> {
            // Camel's own catalog doesn't know that a duration may stand for milliseconds, as in readLockMinAge=2s
            if (!value.matches("(\\d+(ms|[dhms]))+")) {
                invalid.put(name, "an integer");
            }
        });
        invalid.forEach((name, valid) -> addInvalid(document, use, name, valid, findings));
        checkRequired(document, use, result, findings);
    }

    private static void put(Map<String, String> invalid, @Nullable Map<String, String> names, String valid) {
        orEmpty(names).keySet().forEach(name -> invalid.put(name, valid));
    }

    private static void addInvalid(
            RouteDocument document, EndpointUse use, String name, String valid, List<Finding> findings) {
        if (use.value(name).contains("{{")) {
            return;
        }
        findings.add(finding(
                document,
                place(use, name),
                RouteRule.INVALID_OPTION,
                "option '" + name + "' of '" + use.scheme() + "' is '" + use.value(name) + "'",
                "Valid: " + valid + "."));
    }

    private static void checkRequired(
            RouteDocument document, EndpointUse use, EndpointValidationResult result, List<Finding> findings) {
        // what stands in the path of the URI isn't among the options
        if (use.hasPath() || result.getRequired() == null) {
            return;
        }
        for (String name : result.getRequired()) {
            findings.add(finding(
                    document,
                    use.place(),
                    RouteRule.INVALID_OPTION,
                    "'" + use.scheme() + "' lacks its required option '" + name + "'",
                    "Add '" + name + ":' to its parameters."));
        }
    }

    private static Set<String> names(ComponentModel model) {
        Set<String> names = new TreeSet<>();
        model.getEndpointOptions().stream().map(BaseOptionModel::getName).forEach(names::add);
        return names;
    }

    private static void checkCron(RouteDocument document, EndpointUse use, List<Finding> findings) {
        for (String name : List.of("cron", "scheduler.cron")) {
            Option option = use.options().get(name);
            boolean quartz = use.scheme().equals("quartz") || name.startsWith("scheduler");
            if (option == null || !quartz || option.value().contains("{{")) {
                continue;
            }
            String expression = option.value().replace('+', ' ');
            CronExpressions.check(expression)
                    .ifPresent(defect -> findings.add(
                            finding(document, option.place(), defect.rule(), defect.message(), defect.hint())));
        }
    }

    private static void checkHabits(RouteDocument document, Block block, EndpointUse use, List<Finding> findings) {
        switch (use.scheme()) {
            case "quartz" -> {
                if (use.consumes() && !isSet(use, "stateful")) {
                    findings.add(finding(
                            document,
                            use.place(),
                            RouteRule.OVERLAPPING_SCHEDULE,
                            "a run that takes longer than its interval gets a second one beside it",
                            "Add 'stateful: true'; the next run then begins when the one before has ended."));
                }
            }
            case "file" -> {
                String lock = use.value("readLock");
                boolean done = use.options().containsKey("doneFileName");
                if (use.consumes() && !done && (lock.isEmpty() || lock.equals("none"))) {
                    findings.add(finding(
                            document,
                            use.place(),
                            RouteRule.NO_READ_LOCK,
                            "files are taken while they are still being written",
                            "Add 'readLock: changed' with 'readLockMinAge: 2s', or a 'doneFileName'."));
                }
            }
            case "exec" -> {
                if (!use.options().containsKey("exitValues") && !block.readsExitValue()) {
                    findings.add(finding(
                            document,
                            use.place(),
                            RouteRule.NO_EXIT_VALUES,
                            "a command that fails or runs into its timeout counts as done",
                            "Add 'exitValues: 0', or look at the header CamelExecExitValue."));
                }
            }
            default -> {}
        }
    }

    private static boolean isSet(EndpointUse use, String option) {
        String value = use.value(option);
        return value.equals("true") || value.contains("{{");
    }

    private void checkBeans(RouteDocument document, Block block, List<Finding> findings) {
        for (Block.Named bean : block.beans()) {
            boolean dynamic = bean.name().contains("{{")
                    || bean.name().contains("#")
                    || bean.name().contains(":");
            if (!dynamic) {
                checkBean(document, bean.name(), bean.place(), findings);
            }
        }
    }

    private void checkReferences(RouteDocument document, EndpointUse use, List<Finding> findings) {
        if (use.scheme().equals("bean") && use.hasPath() && !use.uri().contains("{{")) {
            checkBean(document, use.uri().substring("bean:".length()), use.place(), findings);
        }
        for (Option option : use.options().values()) {
            Matcher reference = REFERENCE.matcher(option.value());
            if (reference.matches()) {
                checkBean(document, reference.group(1), option.place(), findings);
            }
        }
    }

    private void checkBean(RouteDocument document, String name, Place place, List<Finding> findings) {
        boolean declared =
                world.documents().stream().anyMatch(other -> other.beans().contains(name));
        if (!declared && scratch.getRegistry().lookupByName(name) == null) {
            findings.add(finding(
                    document,
                    place,
                    RouteRule.MISSING_BEAN,
                    "there is no bean '" + name + "'",
                    "Declare it under 'beans:', bind it in the application, or mend the name."));
        }
    }

    private static Place place(EndpointUse use, String option) {
        Option given = use.options().get(option);
        return given == null ? use.place() : given.place();
    }

    private static Finding finding(RouteDocument document, Place place, RouteRule rule, String message, String hint) {
        return Finding.at(document.file(), place, rule, message, hint);
    }

    private static Set<String> orEmpty(@Nullable Set<String> names) {
        return names == null ? Set.of() : names;
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> names) {
        return names == null ? Map.of() : names;
    }
}
