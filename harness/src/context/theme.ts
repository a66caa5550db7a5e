import type { HostState } from "../options";

type FluentDesignState = ComponentFramework.FluentDesignState;
type Colors = { back: string; fore: string; soft: string; line: string; brand: string; disabled: string; danger: string };

const LIGHT: Colors = { back: "#ffffff", fore: "#242424", soft: "#616161", line: "#d1d1d1", brand: "#0f6cbd", disabled: "#bdbdbd", danger: "#b10e1c" };
const DARK: Colors = { back: "#292929", fore: "#ffffff", soft: "#adadad", line: "#666666", brand: "#479ef5", disabled: "#5c5c5c", danger: "#dc626d" };
const CONTRAST: Colors = { back: "#000000", fore: "#ffffff", soft: "#ffffff", line: "#ffffff", brand: "#1aebff", disabled: "#3ff23f", danger: "#ffffff" };
const BRAND = "061724 082338 0a2e4a 0c3b5e 0e4775 0f548c 115ea3 0f6cbd 2886de 479ef5 62abf5 77b7f7 96c6fa b4d6fa cfe4fa ebf3fc";

/** `context.fluentDesignLanguage`: the tokens most controls use, in the names of Fluent 9. */
export function makeTheme({ darkTheme, highContrast }: HostState): FluentDesignState {
    const colors = highContrast ? CONTRAST : darkTheme ? DARK : LIGHT;
    return {
        isDarkTheme: darkTheme || highContrast,
        tokenTheme: { ...SHAPE, ...colorTokens(colors) },
        brand: Object.fromEntries(BRAND.split(" ").map((color, step) => [(step + 1) * 10, `#${color}`])) as FluentDesignState["brand"],
        typographyTokens: undefined,
        mountNodeSelector: undefined,
    } as FluentDesignState;
}

function colorTokens({ back, brand, danger, disabled, fore, line, soft }: Colors): Record<string, string> {
    return {
        colorNeutralBackground1: back,
        colorNeutralBackground2: back,
        colorNeutralBackground3: back,
        colorNeutralForeground1: fore,
        colorNeutralForeground2: fore,
        colorNeutralForeground3: soft,
        colorNeutralForegroundDisabled: disabled,
        colorNeutralForegroundOnBrand: back,
        colorNeutralStroke1: line,
        colorNeutralStrokeAccessible: soft,
        colorNeutralStrokeDisabled: disabled,
        colorBrandBackground: brand,
        colorBrandForeground1: brand,
        colorBrandStroke1: brand,
        colorCompoundBrandBackground: brand,
        colorCompoundBrandForeground1: brand,
        colorStrokeFocus1: back,
        colorStrokeFocus2: fore,
        colorPaletteRedForeground1: danger,
        colorStatusDangerForeground1: danger,
    };
}

const SHAPE = {
    borderRadiusSmall: "2px",
    borderRadiusMedium: "4px",
    borderRadiusLarge: "6px",
    borderRadiusCircular: "10000px",
    fontFamilyBase: "'Segoe UI', 'Segoe UI Web (West European)', -apple-system, BlinkMacSystemFont, Roboto, 'Helvetica Neue', sans-serif",
    fontSizeBase200: "12px",
    fontSizeBase300: "14px",
    fontSizeBase400: "16px",
    fontWeightRegular: 400,
    fontWeightSemibold: 600,
    lineHeightBase300: "20px",
    strokeWidthThin: "1px",
    strokeWidthThick: "2px",
    spacingHorizontalS: "8px",
    spacingHorizontalM: "12px",
    spacingVerticalS: "8px",
    spacingVerticalM: "12px",
    durationNormal: "200ms",
};
