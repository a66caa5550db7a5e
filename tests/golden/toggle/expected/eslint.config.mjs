import js from "@eslint/js";
import powerApps from "@microsoft/eslint-plugin-power-apps";
import promise from "eslint-plugin-promise";
import globals from "globals";
import ts from "typescript-eslint";

/** @type {import("eslint").Linter.Config[]} */
export default [
    { ignores: ["**/generated", "**/out"] },
    js.configs.recommended,
    ...ts.configs.recommendedTypeChecked,
    ...ts.configs.stylisticTypeChecked,
    promise.configs["flat/recommended"],
    powerApps.configs.paCheckerHosted,
    {
        plugins: { "@microsoft/power-apps": powerApps },
        languageOptions: {
            globals: { ...globals.browser, ComponentFramework: true },
            parserOptions: {
                ecmaVersion: 2020,
                sourceType: "module",
                projectService: true,
                tsconfigRootDir: import.meta.dirname,
            },
        },
        // The framework's signatures have parameters that a control may not need.
        rules: { "@typescript-eslint/no-unused-vars": ["error", { args: "none" }] },
    },
];
