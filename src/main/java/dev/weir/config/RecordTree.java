package dev.weir.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Nested records as a flat map and back. The key of a component is its path in dash-case, so a record of settings names its keys itself
 * and none can be forgotten on the way in or out.
 */
final class RecordTree {
    private RecordTree() {}

    /** Every component that is not itself a record, in the order of declaration. */
    static Map<String, Object> flatten(Record root) {
        Map<String, Object> leaves = new LinkedHashMap<>();
        flatten("", root, leaves);
        return leaves;
    }

    /** The record of {@code type} with the values of {@code leaves}, which has one of the right type for every component. */
    static <T extends Record> T build(Class<T> type, Map<String, Object> leaves) {
        return type.cast(build("", type, leaves));
    }

    private static void flatten(String prefix, Record parent, Map<String, Object> leaves) {
        for (RecordComponent component : parent.getClass().getRecordComponents()) {
            String key = prefix + dashed(component.getName());
            Object value = value(component, parent);
            if (value instanceof Record child) {
                flatten(key + ".", child, leaves);
            } else {
                leaves.put(key, value);
            }
        }
    }

    private static Object build(String prefix, Class<?> type, Map<String, Object> leaves) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            String key = prefix + dashed(components[i].getName());
            Class<?> wanted = components[i].getType();
            Object value = wanted.isRecord() ? build(key + ".", wanted, leaves) : leaves.get(key);
            values[i] = wanted == int.class ? (Object) Math.toIntExact(((Number) value).longValue()) : value;
        }
        Class<?>[] types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(type.getSimpleName() + " refused its values", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type.getSimpleName() + " cannot be built", e);
        }
    }

    private static Object value(RecordComponent component, Record owner) {
        try {
            return component.getAccessor().invoke(owner);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component + " cannot be read", e);
        }
    }

    private static String dashed(String name) {
        return name.replaceAll("(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }
}
